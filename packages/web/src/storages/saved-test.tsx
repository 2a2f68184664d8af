import { Button } from 'antd';
import { useCallback } from 'react';
import { ConnectionTestSteps } from '../connection-test/connection-test-steps.tsx';
import { useConnectionTest } from '../connection-test/use-connection-test.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { testStorage } from './storage-api.ts';

export function useSavedTest(id: string) {
  const { test, run: start } = useConnectionTest();
  const run = useCallback(() => void start(testStorage({ kind: 'saved', id })), [start, id]);
  return { test, run };
}

/** The test of a storage as it is saved, and the button for it. */
export function SavedTest({ test: { test, run } }: { test: ReturnType<typeof useSavedTest> }) {
  const { t } = useTexts();
  return (
    <div className="stack">
      <p className="quiet">{t('storages.testNothingStored')}</p>
      <ConnectionTestSteps kind="storage" test={test} />
      <div>
        <Button loading={test.state === 'running'} onClick={run} data-testid="storage-test-saved">
          {test.state === 'idle' ? t('connectionTest.start') : t('connectionTest.again')}
        </Button>
      </div>
    </div>
  );
}
