import { Alert } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { CheckIcon, CloseIcon, SkipIcon, WaitIcon, WarningIcon } from '../ui/icons.tsx';
import { checkMessage } from './check-message.ts';
import { type CheckLine, type TestSubject, testConnection } from './host-api.ts';
import './connection-test.css';

export interface ConnectionTest {
  state: 'idle' | 'running' | 'ended';
  lines: readonly CheckLine[];
  error: ErrorRecord | null;
}

const IDLE: ConnectionTest = { state: 'idle', lines: [], error: null };

/** Runs a test and keeps its lines; a new one, or leaving the page, ends the one before. */
export function useConnectionTest() {
  const [test, setTest] = useState<ConnectionTest>(IDLE);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const run = useCallback(async (subject: TestSubject): Promise<ErrorRecord | null> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setTest({ state: 'running', lines: [], error: null });
    const update = (change: (before: ConnectionTest) => ConnectionTest) => {
      if (running.current === controller) setTest(change);
    };
    try {
      await testConnection(
        subject,
        (line) => update((now) => ({ ...now, lines: [...now.lines, line] })),
        controller.signal,
      );
      update((now) => ({ ...now, state: 'ended' }));
      return null;
    } catch (thrown) {
      if (controller.signal.aborted) return null;
      const error = toErrorRecord(thrown);
      // Problems of fields are shown at the fields.
      const shown = error instanceof ApiError && error.fields.length > 0 ? null : error;
      update((now) => ({ ...now, state: shown ? 'ended' : 'idle', error: shown }));
      return error;
    }
  }, []);
  const reset = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setTest(IDLE);
  }, []);
  return { test, run, reset };
}

const ICONS = { passed: CheckIcon, warning: WarningIcon, failed: CloseIcon, skipped: SkipIcon };

/** The steps of a test as they end, each with its verdict, time, cause and remedy. */
export function ConnectionTestSteps({ test }: { test: ConnectionTest }) {
  const { t, word, area, language, locale } = useTexts();
  if (test.state === 'idle') return null;
  const result = test.lines.find((line) => line.name === 'result');
  const steps = test.lines.filter((line) => line.name !== 'result');
  return (
    <section className="connection-test" aria-live="polite" data-testid="host-test-steps">
      <ol className="checks">
        {steps.map((line) => {
          const Icon = ICONS[line.state];
          return (
            <li
              key={line.name}
              className={`check check-${line.state}`}
              data-testid={`check-${line.name}`}
              data-state={line.state}
            >
              <span className="check-icon" title={word('checkStates', line.state)}>
                <Icon />
                <span className="visually-hidden">{word('checkStates', line.state)}</span>
              </span>
              <div className="check-text">
                <strong>{word('checks', line.name)}</strong>{' '}
                <span className="quiet">{checkMessage(line, language, area('checkFindings'))}</span>
                <CheckExplanation line={line} />
              </div>
              <span className="quiet number check-time">
                {line.state !== 'skipped' && formatDuration(line.durationMs, locale)}
              </span>
            </li>
          );
        })}
        {test.state === 'running' && (
          <li className="check check-running">
            <span className="check-icon">
              <WaitIcon />
            </span>
            <span className="quiet">{t('hosts.testing')}</span>
          </li>
        )}
      </ol>
      {test.error && <ErrorNotice error={test.error} />}
      {test.state === 'ended' && !test.error && (
        <div data-testid="host-test-result" data-state={result?.state ?? 'stopped'}>
          {result?.state === 'passed' && <Alert type="success" showIcon title={t('hosts.testPassed')} />}
          {result?.state === 'failed' && (
            <Alert
              type="error"
              showIcon
              title={t('hosts.testFailed')}
              description={language === 'en' ? result.message : undefined}
            />
          )}
          {!result && <Alert type="warning" showIcon title={t('hosts.testStopped')} />}
        </div>
      )}
    </section>
  );
}

/** Why a step failed and what to do. The driver writes English; the translation of its code stands in for it elsewhere. */
function CheckExplanation({ line }: { line: CheckLine }) {
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
