import type { AuditEvent } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { differenceRows } from './difference-rows.ts';

export function AuditDifference({ event }: { event: AuditEvent }) {
  const { t } = useTexts();
  const rows = event.difference ? differenceRows(event.difference) : [];
  return (
    <div className="stack">
      {rows.length === 0 ? (
        <p className="quiet">{t('audit.noDifference')}</p>
      ) : (
        <div className="audit-difference">
          <table>
            <thead>
              <tr>
                <th>{t('audit.field')}</th>
                <th>{t('audit.before')}</th>
                <th>{t('audit.after')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.field}>
                  <td>
                    <code>{row.field}</code>
                  </td>
                  <td>{row.before}</td>
                  <td>{row.after}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <dl className="facts">
        <dt>{t('audit.sequence')}</dt>
        <dd className="number">{event.sequence}</dd>
        {event.resource?.id && (
          <>
            <dt>{t('audit.resource')}</dt>
            <dd>
              {event.resource.kind} <Copyable text={event.resource.id} />
            </dd>
          </>
        )}
        <dt>{t('audit.hash')}</dt>
        <dd>
          <Copyable text={event.hash} />
        </dd>
      </dl>
    </div>
  );
}
