import { useCallback } from 'react';
import { RETENTION_KEYS, type Retention } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** A policy in words: `3 last, 7 daily`. */
export function useRetentionText(): (retention: Retention) => string {
  const { t } = useTexts();
  return useCallback(
    (retention) => {
      const parts = RETENTION_KEYS.filter((key) => retention[key]).map((key) =>
        t(`retentionCounts.${key}`, { shown: retention[key] ?? 0 }),
      );
      return parts.length === 0 ? t('plans.everythingKept') : parts.join(', ');
    },
    [t],
  );
}
