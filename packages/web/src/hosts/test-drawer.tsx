import { Button, Drawer } from 'antd';
import { useEffect } from 'react';
import type { Host } from '../api/resources.ts';
import { ConnectionTestSteps } from '../connection-test/connection-test-steps.tsx';
import { useConnectionTest } from '../connection-test/use-connection-test.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { testHost } from './host-api.ts';

/** Tests a host as it is stored. */
export function TestDrawer({ host, onClose }: { host: Host; onClose: () => void }) {
  const { t } = useTexts();
  const { test, run } = useConnectionTest();
  const { id } = host;
  useEffect(() => void run(testHost({ kind: 'stored', id })), [run, id]);
  return (
    <Drawer open size={520} title={t('hosts.testTitle', { name: host.name })} onClose={onClose}>
      <div className="stack">
        <p className="quiet">{t('hosts.testNothingStored')}</p>
        <ConnectionTestSteps kind="host" test={test} />
        <div>
          <Button
            disabled={test.state === 'running'}
            onClick={() => void run(testHost({ kind: 'stored', id }))}
            data-testid="host-test-again"
          >
            {t('connectionTest.again')}
          </Button>
        </div>
      </div>
    </Drawer>
  );
}
