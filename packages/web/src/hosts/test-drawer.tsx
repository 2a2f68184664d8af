import { Button, Drawer } from 'antd';
import { useEffect } from 'react';
import type { Host } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ConnectionTestSteps, useConnectionTest } from './connection-test.tsx';

/** Tests a host as it is stored. */
export function TestDrawer({ host, onClose }: { host: Host; onClose: () => void }) {
  const { t } = useTexts();
  const { test, run } = useConnectionTest();
  const { id } = host;
  useEffect(() => void run({ kind: 'stored', id }), [run, id]);
  return (
    <Drawer open size={520} title={t('hosts.testTitle', { name: host.name })} onClose={onClose}>
      <div className="stack">
        <p className="quiet">{t('hosts.testNothingStored')}</p>
        <ConnectionTestSteps test={test} />
        <div>
          <Button
            disabled={test.state === 'running'}
            onClick={() => void run({ kind: 'stored', id })}
            data-testid="host-test-again"
          >
            {t('hosts.testAgain')}
          </Button>
        </div>
      </div>
    </Drawer>
  );
}
