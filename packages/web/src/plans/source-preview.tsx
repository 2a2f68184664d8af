import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { PlanSources, SourcePreview } from '../api/backup-resources.ts';
import { type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { fileReason } from '../format/file-reason.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { previewSources } from './plan-api.ts';

/** Looks through the sources: how much would be read, what is left out, and what is large. */
export function SourcePreviewTool({ sources }: { sources: PlanSources }) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<SourcePreview | null>(null);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const look = async () => {
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setError(null);
    try {
      setFound(await previewSources(sources, controller.signal));
    } catch (thrown) {
      if (!controller.signal.aborted) setError(toErrorRecord(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack">
      <div>
        <Button
          onClick={look}
          loading={busy}
          disabled={sources.paths.length + sources.includes.length === 0}
          data-testid="plan-look"
        >
          {t('plans.lookAtSources')}
        </Button>
      </div>
      {error && <ErrorLine error={error} />}
      {found && <Found found={found} />}
    </div>
  );
}

function Found({ found }: { found: SourcePreview }) {
  const { t, word, locale } = useTexts();
  const number = (value: number) => formatNumber(value, locale);
  const { excluded, unreadable } = found;
  return (
    <div className="stack" data-testid="plan-look-result">
      <p>
        <b className="number">
          {t('plans.sourcesFound', {
            files: number(found.files),
            folders: number(found.folders),
            size: formatBytes(found.bytes, locale),
          })}
        </b>{' '}
        <span className="quiet">
          {t('plans.sourcesExcluded', { shown: number(excluded.count) })}
          {unreadable.count > 0 && ` · ${t('plans.sourcesUnreadable', { shown: number(unreadable.count) })}`}
        </span>
      </p>
      {found.isCut && <p className="quiet">{t('plans.sourcesCut')}</p>}
      <Names title={t('plans.largestFolders')} lines={found.largestFolders.map((each) => sized(each, locale))} />
      <Names title={t('plans.largestFiles')} lines={found.largestFiles.map((each) => sized(each, locale))} />
      <Names title={t('plans.sourcesExcluded', { shown: number(excluded.count) })} lines={excluded.first} />
      <Names
        title={t('plans.sourcesUnreadable', { shown: number(unreadable.count) })}
        lines={unreadable.first.map(
          ({ path, reason }) => `${path}  ${word('fileReasons', fileReason(reason) ?? reason)}`,
        )}
      />
    </div>
  );
}

function sized({ path, bytes }: { path: string; bytes: number }, locale: string): string {
  return `${path}  ${formatBytes(bytes, locale)}`;
}

function Names({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <details className="equivalent">
      <summary>{title}</summary>
      <ul className="restore-names">
        {lines.map((line) => (
          <li key={line} className="mono path-text">
            {line}
          </li>
        ))}
      </ul>
    </details>
  );
}
