import { Alert } from 'antd';
import type { Operation } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** What keeps an operation from going on. */
export function Waiting({ operation }: { operation: Operation }) {
  const { t } = useTexts();
  const { waitingFor, waitingForServer: node } = operation;
  if (node)
    return <Alert type="warning" showIcon title={t('operations.waitingForServer', { node })} data-testid="waiting" />;
  return waitingFor && <p className="quiet">{t('operations.waitingFor')}</p>;
}
