import { App, Button } from 'antd';
import { useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { Operation } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { ErrorLine } from '../ui/error-notice.tsx';
import { cancelOperation } from './operation-api.ts';
import { OperationLog } from './operation-log.tsx';
import { OperationProgressBar } from './operation-progress.tsx';
import { isUnfinished } from './operation-state.ts';
import { OperationSteps } from './operation-steps.tsx';
import { Waiting } from './waiting.tsx';

/** Steps, progress, error, log and cancel of one operation. */
export function OperationDetails({ operation }: { operation: Operation }) {
  const { t, ...texts } = useTexts();
  const may = usePermission();
  const { message } = App.useApp();
  const [logShown, setLogShown] = useState(false);
  const cancel = async () => {
    try {
      await cancelOperation(operation.id);
    } catch (thrown) {
      message.error(texts.error(toErrorRecord(thrown)).message);
    }
  };
  return (
    <div className="operation-details">
      <OperationProgressBar operation={operation} />
      <Waiting operation={operation} />
      {operation.error && <ErrorLine error={operation.error} />}
      {operation.steps.length > 0 && <OperationSteps kind={operation.kind} steps={operation.steps} />}
      <div className="flow">
        <Button
          size="small"
          onClick={() => setLogShown(!logShown)}
          aria-expanded={logShown}
          data-testid="operation-log"
        >
          {logShown ? t('operations.hideLog') : t('operations.showLog')}
        </Button>
        {isUnfinished(operation.state) && may('operation:cancel') && (
          <Button size="small" disabled={operation.cancelRequested} onClick={cancel} data-testid="operation-cancel">
            {operation.cancelRequested ? t('operations.cancelRequested') : t('operations.cancel')}
          </Button>
        )}
        {operation.attempts > 1 && (
          <span className="quiet">{t('operations.attempts', { count: operation.attempts })}</span>
        )}
        <span className="operation-id quiet">
          <Copyable text={operation.id} />
        </span>
      </div>
      {logShown && <OperationLog operation={operation} />}
    </div>
  );
}
