import type { Host } from '../api/resources.ts';
import { FirstHostActions } from '../hosts/first-host-actions.tsx';
import { useTexts } from '../i18n/use-texts.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/** Why the list is empty when nothing is filtered out. */
export function NoInstances({ hosts }: { hosts: readonly Host[] | undefined }) {
  const { t } = useTexts();
  if (hosts === undefined) return null;
  if (hosts.length > 0) return <EmptyState text={t('instances.emptyText')} />;
  return (
    <EmptyState text={t('instances.noHosts')}>
      <FirstHostActions />
    </EmptyState>
  );
}
