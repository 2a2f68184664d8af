import { useMemo } from 'react';
import type { AuditEvent } from '../api/resources.ts';
import { formatExactTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import type { Column } from '../table/column.ts';
import { Chip, type Tone } from '../ui/chip.tsx';

const TONES: Readonly<Record<AuditEvent['result'], Tone>> = { succeeded: 'good', refused: 'warning', failed: 'bad' };

export function useAuditColumns(): readonly Column<AuditEvent>[] {
  const { t, word, locale } = useTexts();
  return useMemo(
    () => [
      {
        key: 'time',
        title: t('audit.time'),
        width: '196px',
        narrow: 'title',
        cell: (event) => <span className="number audit-time">{formatExactTime(event.time, locale)}</span>,
      },
      {
        key: 'actor',
        title: t('audit.actor'),
        cell: (event) => (
          <span className="cell-two">
            <span>{event.actor.name || event.actor.kind}</span>
            {event.accessKeyId && (
              <span className="cell-two-second mono">{t('audit.viaKey', { id: event.accessKeyId })}</span>
            )}
          </span>
        ),
      },
      {
        key: 'action',
        title: t('audit.action'),
        cell: (event) => <code className="audit-action">{event.action}</code>,
      },
      {
        key: 'resource',
        title: t('audit.resource'),
        cell: (event) => (
          <span className="audit-resource">
            {event.resource && (event.resource.name || event.resource.id || event.resource.kind)}
          </span>
        ),
      },
      {
        key: 'address',
        title: t('audit.address'),
        width: '130px',
        narrow: 'hidden',
        cell: (event) => <span className="mono">{event.address}</span>,
      },
      {
        key: 'result',
        title: t('audit.result'),
        width: '150px',
        cell: (event) => (
          <span className="cell-two audit-result">
            <Chip tone={TONES[event.result] ?? 'idle'}>{word('auditResults', event.result)}</Chip>
            {event.code && <span className="cell-two-second mono">{event.code}</span>}
          </span>
        ),
      },
    ],
    [t, word, locale],
  );
}
