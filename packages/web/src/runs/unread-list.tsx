import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Run } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { FileReason } from '../ui/file-reason.tsx';
import { unreadQuery } from './run-api.ts';

/** What a run could not read, and why; asked for when it is opened. */
export function UnreadList({ run }: { run: Pick<Run, 'id' | 'unreadCount'> }) {
  const { t, locale } = useTexts();
  const [open, setOpen] = useState(false);
  const unread = useQuery({ ...unreadQuery(run.id), enabled: open });
  return (
    <details className="equivalent" onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="run-unread">
      <summary>{t('runs.unread', { count: run.unreadCount, shown: formatNumber(run.unreadCount, locale) })}</summary>
      {unread.error && <ErrorLine error={toErrorRecord(unread.error)} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className="unread-list" tabIndex={0} aria-label={t('runs.unreadTitle')}>
        <table className="small-table">
          <tbody>
            {unread.data?.items.map(({ path, reason }) => (
              <tr key={path}>
                <td className="mono">{path}</td>
                <td>
                  <FileReason reason={reason} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {unread.data && unread.data.count > unread.data.items.length && (
        <p className="quiet">{t('runs.unreadFirst', { count: unread.data.items.length })}</p>
      )}
    </details>
  );
}
