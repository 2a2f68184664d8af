import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { engineQuery } from './plan-api.ts';

/** The server looks again as often. */
const LOOK_AGAIN_MS = 30_000;

/** Says that the backup engine is missing or cannot do everything, and what to do. */
export function EngineNotice() {
  const { t, ...texts } = useTexts();
  const may = usePermission();
  const engine = useQuery({
    ...engineQuery,
    enabled: may('repository:read'),
    // One that is installed meanwhile is found without a reload.
    refetchInterval: (query) => (query.state.data?.available === false ? LOOK_AGAIN_MS : false),
  });
  if (!engine.data || (engine.data.available && engine.data.isFull)) return null;
  const { available, version, error } = engine.data;
  if (available) {
    return (
      <Alert
        type="info"
        showIcon
        data-testid="engine-notice"
        title={t('plans.engineNotFull', { version: version ?? '' })}
        description={t('plans.engineNotFullHint')}
      />
    );
  }
  // Where it was looked for says little; that it is missing, and what to do, says all.
  const told = error && error.code !== 'restic_missing' ? texts.error(error) : null;
  return (
    <Alert
      type="error"
      showIcon
      data-testid="engine-notice"
      title={told?.message ?? t('plans.engineMissing')}
      description={told?.hint ?? t('plans.engineMissingHint')}
    />
  );
}
