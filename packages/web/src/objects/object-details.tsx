import { useQuery } from '@tanstack/react-query';
import { toErrorRecord } from '../api/problem.ts';
import { formatNumber } from '../format/bytes.ts';
import { formatExactTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { type ObjectPlace, objectHeadQuery } from './object-api.ts';
import type { ObjectRow } from './object-rows.ts';

/** What is known of one object, under its row. */
export function ObjectDetails({ place, row }: { place: ObjectPlace; row: ObjectRow & { kind: 'object' } }) {
  const { t, locale } = useTexts();
  const head = useQuery(objectHeadQuery(place, row.key));
  const md5 = head.data?.md5 ?? row.md5;
  return (
    <dl className="facts" data-testid="object-details">
      <dt>{t('objects.key')}</dt>
      <dd>
        <Copyable text={row.key} />
      </dd>
      <dt>{t('objects.size')}</dt>
      <dd className="number">{t('objects.exactSize', { count: row.size, shown: formatNumber(row.size, locale) })}</dd>
      <dt>{t('objects.modified')}</dt>
      <dd>{row.modified === null ? '–' : formatExactTime(row.modified, locale)}</dd>
      <dt>{t('objects.md5')}</dt>
      <dd>{md5 === null ? <span className="quiet">{t('objects.md5Unknown')}</span> : <Copyable text={md5} />}</dd>
      <dt>{t('objects.contentType')}</dt>
      <dd>
        {head.error ? (
          <ErrorLine error={toErrorRecord(head.error)} />
        ) : head.data ? (
          (head.data.contentType ?? '–')
        ) : (
          '…'
        )}
      </dd>
    </dl>
  );
}
