import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { Plan } from '../api/backup-resources.ts';
import { formatNumber, formatRate } from '../format/bytes.ts';
import { formatDateTime } from '../format/date.ts';
import { formatDuration } from '../format/duration.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { presetsQuery } from './plan-api.ts';
import { LIMIT_KEYS, type LimitKey } from './plan-input.ts';
import { useRetentionText } from './use-retention-text.ts';
import { useScheduleText } from './use-schedule-text.ts';

/** What is set, to read. */
export function SettingsTab({ plan }: { plan: Plan }) {
  const { t, word, localized, locale } = useTexts();
  const may = usePermission();
  const scheduleText = useScheduleText();
  const retentionText = useRetentionText();
  const presets = useQuery(presetsQuery);
  const presetName = (name: string) => {
    const preset = presets.data?.items.find((each) => each.name === name);
    return preset ? localized(preset.label) : name;
  };
  const limits = LIMIT_KEYS.filter((key) => plan.limits[key] !== null).map(
    (key) => `${t(`planLimits.${key}`)}: ${limitText(key, plan.limits[key] ?? 0, locale)}`,
  );
  const { sources, hooks } = plan;
  return (
    <section className="card stack" data-testid="settings-tab">
      <dl className="facts">
        <dt>{t('plans.what')}</dt>
        <dd>
          {sources.paths.map((path) => (
            <div key={path} className="mono">
              {path}
            </div>
          ))}
          {sources.includes?.map((pattern) => (
            <div key={pattern} className="mono">
              {pattern}
            </div>
          ))}
          {sources.ownDatabase && <div>{t('plans.ownDatabase')}</div>}
          {sources.oneFileSystem && <div className="quiet">{t('plans.oneFileSystem')}</div>}
        </dd>
        <dt>{t('plans.excludes')}</dt>
        <dd>
          {sources.presets.length > 0 && <div>{sources.presets.map(presetName).join(', ')}</div>}
          {sources.excludes.map((pattern) => (
            <div key={pattern} className="mono">
              {pattern}
            </div>
          ))}
          {sources.presets.length + sources.excludes.length === 0 && (
            <span className="quiet">{t('plans.nothingExcluded')}</span>
          )}
        </dd>
        <dt>{t('plans.when')}</dt>
        <dd>
          {scheduleText(plan.schedule)} <span className="quiet">{plan.schedule.timeZone ?? plan.timeZone}</span>
          {plan.jitterMinutes > 0 && (
            <span className="quiet"> · {t('plans.jitterOf', { minutes: plan.jitterMinutes })}</span>
          )}
          {plan.nextRuns.length > 0 && (
            <div className="quiet">
              {t('plans.nextRuns')} {plan.nextRuns.map((time) => formatDateTime(time, locale)).join(' · ')}
            </div>
          )}
          <div className="quiet">{plan.catchUp ? t('plans.catchUp') : t('plans.noCatchUp')}</div>
        </dd>
        <dt>{t('plans.retention')}</dt>
        <dd>{retentionText(plan.retention)}</dd>
        <dt>{t('plans.objective')}</dt>
        <dd>
          {plan.objectiveMinutes === null
            ? t('plans.noObjective')
            : formatDuration(plan.objectiveMinutes * 60_000, locale)}
        </dd>
        <dt>{t('plans.drills')}</dt>
        <dd>
          {scheduleText(plan.drill.schedule)} ·{' '}
          {t('plans.samplesOf', { count: plan.drill.samples, shown: formatNumber(plan.drill.samples, locale) })}
        </dd>
        <dt>{t('plans.compression')}</dt>
        <dd>{t(`compressions.${plan.compression}`)}</dd>
        <dt>{t('plans.limits')}</dt>
        <dd>{limits.length === 0 ? <span className="quiet">{t('storages.noLimit')}</span> : limits.join(' · ')}</dd>
        <dt>{t('plans.hooks')}</dt>
        <dd>
          {hooks.length === 0 && <span className="quiet">{t('common.none')}</span>}
          {hooks.map((hook) => (
            <div key={hook.id}>
              {word('hookMoments', hook.moment)}: <span className="mono">{hook.url ?? hook.command.join(' ')}</span>
            </div>
          ))}
        </dd>
        <dt>{t('plans.tags')}</dt>
        <dd>{plan.tags.length === 0 ? <span className="quiet">{t('common.none')}</span> : plan.tags.join(', ')}</dd>
      </dl>
      {may('plan:update') && (
        <div>
          <Link to="/plans/$id" params={{ id: plan.id }} search={{ tab: 'settings', form: 'edit' }}>
            <Button>{t('common.edit')}</Button>
          </Link>
        </div>
      )}
    </section>
  );
}

function limitText(key: LimitKey, limit: number, locale: string): string {
  return key.endsWith('BytesPerSecond') ? formatRate(limit, locale) : formatNumber(limit, locale);
}
