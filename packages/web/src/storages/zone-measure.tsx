import { Button } from 'antd';
import type { OptionsInput } from '../api/resources.ts';
import { useLines } from '../connection-test/use-lines.ts';
import { formatNumber } from '../format/bytes.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { measureZones, type ZoneLine } from './storage-api.ts';

interface ZoneMeasureProps {
  type: string;
  /** As the form holds them: a private deployment has zones of its own. */
  options: OptionsInput;
  onChoose: (zone: string) => void;
}

/** How far each zone is, as it becomes known; choosing one fills in the field. */
export function ZoneMeasure({ type, options, onChoose }: ZoneMeasureProps) {
  const { t } = useTexts();
  const { run, start } = useLines<ZoneLine>();
  const zones = run.lines.filter((line) => line.kind === 'zone');
  const result = run.lines.find((line) => line.kind === 'result');
  zones.sort((a, b) => (a.latencyMs ?? Number.POSITIVE_INFINITY) - (b.latencyMs ?? Number.POSITIVE_INFINITY));
  const { endpoint, zone } = options;
  const asked = { ...(endpoint && { endpoint }), ...(zone && { zone }) };
  return (
    <div className="form-tool">
      <Button
        size="small"
        loading={run.state === 'running'}
        onClick={() => void start(measureZones(type, asked))}
        data-testid="storage-zones"
      >
        {run.state === 'running' ? t('storages.measuringZones') : t('storages.measureZones')}
      </Button>
      {run.error && <ErrorLine error={run.error} />}
      {zones.length > 0 && (
        <>
          <p className="field-help">{t('storages.zonesHelp')}</p>
          <ul className="zone-list" aria-live="polite">
            {zones.map((line) => (
              <ZoneRow key={line.zone} line={line} isClosest={result?.zone === line.zone} onChoose={onChoose} />
            ))}
          </ul>
        </>
      )}
      {result && result.zone === null && <p className="field-help">{t('storages.zonesNoneReached')}</p>}
    </div>
  );
}

interface ZoneRowProps {
  line: Extract<ZoneLine, { kind: 'zone' }>;
  isClosest: boolean;
  onChoose: (zone: string) => void;
}

function ZoneRow({ line, isClosest, onChoose }: ZoneRowProps) {
  const { t, locale, localized } = useTexts();
  return (
    <li data-testid={`storage-zone-${line.zone}`}>
      <span className="zone-name">{localized(line.label)}</span>
      {isClosest && <span className="chip chip-good chip-plain">{t('storages.zoneClosest')}</span>}
      <span className="number quiet" title={line.error?.message}>
        {line.latencyMs === null ? t('storages.zoneNotReached') : `${formatNumber(line.latencyMs, locale)} ms`}
      </span>
      <Button size="small" onClick={() => onChoose(line.zone)} aria-label={t('storages.useZone', { zone: line.zone })}>
        {t('storages.useZone', { zone: line.zone })}
      </Button>
    </li>
  );
}
