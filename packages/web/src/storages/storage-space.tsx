import type { Storage } from '../api/resources.ts';
import { formatBytes, formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';

/** What lies in a storage, with the age of that knowledge. */
export function StorageSpace({ usage }: { usage: Storage['usage'] }) {
  const { t, locale } = useTexts();
  const { bytes, objects, measuredAt } = usage;
  if (bytes === null || objects === null) return <span className="quiet">{t('storages.notMeasured')}</span>;
  return (
    <span
      className="cell-two"
      title={t('storages.objectCount', { count: objects, shown: formatNumber(objects, locale) })}
    >
      <span className="number">{formatBytes(bytes, locale)}</span>
      <span className="cell-two-second">
        <Ago time={measuredAt} />
      </span>
    </span>
  );
}
