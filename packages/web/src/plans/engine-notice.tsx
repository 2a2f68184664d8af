import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { engineQuery } from './plan-api.ts';

/** Says that the backup engine is missing or cannot do everything, and what to do. */
export function EngineNotice() {
  const { t, ...texts } = useTexts();
  const may = usePermission();
  const engine = useQuery({ ...engineQuery, enabled: may('repository:read') });
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
  const told = error && texts.error(error);
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
