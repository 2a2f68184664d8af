import { Button, Drawer } from 'antd';
import { useState } from 'react';
import type { Channel } from '../api/resources.ts';
import { ConnectionTestSteps } from '../connection-test/connection-test-steps.tsx';
import { useConnectionTest } from '../connection-test/use-connection-test.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { testChannel } from './channel-api.ts';

/** Sends a test message through a channel as it is saved; only when asked to, since other people get it. */
export function TestDrawer({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTexts();
  const { test, run } = useConnectionTest();
  const [wasSent, setSent] = useState(false);
  const send = () => {
    setSent(true);
    void run(testChannel({ kind: 'saved', id: channel.id }));
  };
  return (
    <Drawer
      open
      size={520}
      title={t('notifications.testTitle', { name: channel.name })}
      onClose={onClose}
      data-testid="channel-test-drawer"
    >
      <div className="stack">
        <p className="quiet">{t('notifications.testText', { destination: channel.destination })}</p>
        <ConnectionTestSteps kind="channel" test={test} />
        <div>
          <Button
            type={wasSent ? 'default' : 'primary'}
            disabled={test.state === 'running'}
            onClick={send}
            data-testid="channel-test-send"
          >
            {wasSent ? t('notifications.sendAgain') : t('notifications.sendTest')}
          </Button>
        </div>
      </div>
    </Drawer>
  );
}
