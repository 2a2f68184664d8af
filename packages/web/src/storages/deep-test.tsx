import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import type { Storage } from '../api/resources.ts';
import { useLines } from '../connection-test/use-lines.ts';
import { formatNumber, formatRate } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { CheckIcon, SkipIcon } from '../ui/icons.tsx';
import { type DeepTestLine, type DeepTestReport, deepTestReport, proposalOf } from './deep-test-lines.ts';
import { DeepTestProposal } from './deep-test-proposal.tsx';
import { deepTestStorage, storageTypesQuery } from './storage-api.ts';

/** Measures a storage, live, and proposes how to set it. */
export function DeepTest({ storage }: { storage: Storage }) {
  const { t, locale } = useTexts();
  const { run, start, reset } = useLines<DeepTestLine>();
  const types = useQuery(storageTypesQuery);
  const fields = types.data?.items.find(({ type }) => type === storage.type)?.options ?? [];
  const report = deepTestReport(run.lines);
  const { result } = report;
  const proposal = proposalOf(result, fields);
  const isRunning = run.state === 'running';
  return (
    <section className="card stack" aria-labelledby="deep-test" data-testid="deep-test">
      <h2 id="deep-test">{t('storages.deepTest')}</h2>
      <p className="quiet deep-test-text">{t('storages.deepTestText')}</p>
      <div className="flow">
        <Button
          loading={isRunning}
          onClick={() => void start(deepTestStorage(storage.id))}
          data-testid="deep-test-start"
        >
          {run.state === 'idle' ? t('storages.deepTestStart') : t('storages.deepTestAgain')}
        </Button>
        {isRunning && (
          <Button onClick={reset} data-testid="deep-test-stop">
            {t('storages.deepTestStop')}
          </Button>
        )}
      </div>
      {run.error && <ErrorNotice error={run.error} />}
      {report.error && <ErrorNotice error={report.error} />}
      {proposal && <DeepTestProposal storage={storage} proposal={proposal} />}
      {result && !proposal && !report.error && <Alert type="info" showIcon title={t('storages.proposalNone')} />}
      {result?.uploadBytesPerSecond != null && result.downloadBytesPerSecond != null && (
        <p data-testid="deep-test-result">
          {t('storages.best', {
            upload: formatRate(result.uploadBytesPerSecond, locale),
            download: formatRate(result.downloadBytesPerSecond, locale),
          })}
        </p>
      )}
      {run.state !== 'idle' && <Findings report={report} />}
    </section>
  );
}

/** Every table has all its rows from the beginning, so that nothing moves while they are filled. */
function Findings({ report }: { report: DeepTestReport }) {
  return (
    <div className="deep-test-findings" aria-live="polite">
      <Latencies report={report} />
      <Throughput report={report} />
      <Supports report={report} />
    </div>
  );
}

const REQUESTS = ['write', 'head', 'read', 'list', 'delete'] as const;

function Latencies({ report }: { report: DeepTestReport }) {
  const { t, locale } = useTexts();
  const time = (ms: number | undefined) => (ms === undefined ? '…' : `${formatNumber(ms, locale)} ms`);
  return (
    <table className="small-table" aria-label={t('storages.latency')}>
      <thead>
        <tr>
          <th>{t('storages.latency')}</th>
          <th className="cell-end">{t('storages.median')}</th>
          <th className="cell-end">{t('storages.p95')}</th>
        </tr>
      </thead>
      <tbody>
        {REQUESTS.map((request) => {
          const line = report.latencies.find((found) => found.request === request);
          return (
            <tr key={request}>
              <td>{t(`storages.${request}`)}</td>
              <td className="number cell-end">{time(line?.medianMs)}</td>
              <td className="number cell-end">{time(line?.p95Ms)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const CONCURRENCIES = [1, 2, 4, 8, 16];

function Throughput({ report }: { report: DeepTestReport }) {
  const { t, locale } = useTexts();
  const most = Math.max(1, ...report.throughput.flatMap(({ upload, download }) => [upload ?? 0, download ?? 0]));
  const cell = (bytes: number | null | undefined) => (
    <td className="number cell-end rate-cell">
      <span className="rate-bar" style={{ transform: `scaleX(${(bytes ?? 0) / most})` }} />
      <span>{bytes == null ? '…' : formatRate(bytes, locale)}</span>
    </td>
  );
  return (
    <table className="small-table" aria-label={t('storages.throughput')}>
      <thead>
        <tr>
          <th>{t('storages.atOnce')}</th>
          <th className="cell-end">{t('storages.upload')}</th>
          <th className="cell-end">{t('storages.download')}</th>
        </tr>
      </thead>
      <tbody>
        {CONCURRENCIES.map((concurrency) => {
          const row = report.throughput.find((found) => found.concurrency === concurrency);
          return (
            <tr key={concurrency}>
              <td className="number">{concurrency}</td>
              {cell(row?.upload)}
              {cell(row?.download)}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Supports({ report }: { report: DeepTestReport }) {
  const { t, word } = useTexts();
  return (
    <div>
      <h3>{t('storages.supports')}</h3>
      <ul className="support-list">
        {report.supports.map(({ capability, isThere }) => (
          <li key={capability} className={isThere ? 'support-yes' : 'support-no'}>
            {isThere ? <CheckIcon /> : <SkipIcon />}
            <span className="visually-hidden">{isThere ? t('storages.supported') : t('storages.notSupported')}: </span>
            {word('storageCapabilities', capability)}
          </li>
        ))}
      </ul>
    </div>
  );
}
