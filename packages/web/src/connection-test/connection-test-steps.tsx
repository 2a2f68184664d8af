import type { ConnectionCheck } from '@sampan/driver';
import { Alert } from 'antd';
import { formatDuration } from '../format/duration.ts';
import { useTexts, type WordArea } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { CheckIcon, CloseIcon, SkipIcon, WaitIcon, WarningIcon } from '../ui/icons.tsx';
import { checkMessage } from './check-message.ts';
import type { ConnectionTest } from './use-connection-test.ts';
import './connection-test.css';

/** What is tested: its steps have names, and what they find has words, of their own. */
export type TestedKind = 'host' | 'storage' | 'channel';

const WORDS: Readonly<Record<TestedKind, { checks: WordArea; findings: WordArea }>> = {
  host: { checks: 'checks', findings: 'checkFindings' },
  storage: { checks: 'storageChecks', findings: 'storageCheckFindings' },
  channel: { checks: 'channelChecks', findings: 'channelCheckFindings' },
};

const ICONS = { passed: CheckIcon, warning: WarningIcon, failed: CloseIcon, skipped: SkipIcon };

/** The steps of a test as they end, each with its verdict, time, cause and remedy. */
export function ConnectionTestSteps({ kind, test }: { kind: TestedKind; test: ConnectionTest }) {
  const { t } = useTexts();
  if (test.state === 'idle') return null;
  const steps = test.lines.filter((line) => line.name !== 'result');
  return (
    <section className="connection-test" aria-live="polite" data-testid={`${kind}-test-steps`}>
      {(steps.length > 0 || test.state === 'running') && (
        <ol className="checks">
          {steps.map((line) => (
            <CheckStep key={line.name} kind={kind} line={line} />
          ))}
          {test.state === 'running' && (
            <li className="check check-running">
              <span className="check-icon">
                <WaitIcon />
              </span>
              <span className="quiet">{t('connectionTest.running')}</span>
            </li>
          )}
        </ol>
      )}
      {test.error && <ErrorNotice error={test.error} />}
      {test.state === 'ended' && !test.error && <TestResult kind={kind} test={test} />}
    </section>
  );
}

function CheckStep({ kind, line }: { kind: TestedKind; line: ConnectionCheck }) {
  const { word, area, language, locale } = useTexts();
  const Icon = ICONS[line.state];
  const words = WORDS[kind];
  return (
    <li className={`check check-${line.state}`} data-testid={`check-${line.name}`} data-state={line.state}>
      <span className="check-icon" title={word('checkStates', line.state)}>
        <Icon />
        <span className="visually-hidden">{word('checkStates', line.state)}</span>
      </span>
      <div className="check-text">
        <strong>{word(words.checks, line.name)}</strong>{' '}
        <span className="quiet">{checkMessage(line, language, area(words.findings))}</span>
        <CheckExplanation line={line} />
      </div>
      <span className="quiet number check-time">
        {line.state !== 'skipped' && formatDuration(line.durationMs, locale)}
      </span>
    </li>
  );
}

function TestResult({ kind, test }: { kind: TestedKind; test: ConnectionTest }) {
  const { t, language } = useTexts();
  const result = test.lines.find((line) => line.name === 'result');
  return (
    <div data-testid={`${kind}-test-result`} data-state={result?.state ?? 'stopped'}>
      {result?.state === 'passed' && <Alert type="success" showIcon title={t('connectionTest.passed')} />}
      {result?.state === 'failed' && (
        <Alert
          type="error"
          showIcon
          title={t('connectionTest.failed')}
          description={language === 'en' ? result.message : undefined}
        />
      )}
      {!result && <Alert type="warning" showIcon title={t('connectionTest.stopped')} />}
    </div>
  );
}

/** Why a step failed and what to do. The driver writes English; the translation of its code stands in for it elsewhere. */
function CheckExplanation({ line }: { line: ConnectionCheck }) {
  const texts = useTexts();
  if (line.state !== 'failed' && line.state !== 'warning') return null;
  if (texts.language !== 'en' && line.code) {
    const { message, hint } = texts.error({
      code: line.code,
      message: line.cause ?? line.message,
      parameters: line.parameters,
      hint: line.remedy,
    });
    return (
      <div className="check-explanation">
        {message} {hint}
      </div>
    );
  }
  if (!line.cause && !line.remedy) return null;
  return (
    <div className="check-explanation">
      {line.cause} {line.remedy}
    </div>
  );
}
