import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { systemQuery, takeOver } from './system-api.ts';

/** Says what comes of it; what only a person can know, that the other server is gone, is to be said. */
export function TakeOverDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [isStopped, setStopped] = useState(false);
  const { submit, busy, error } = useSubmit(async () => {
    client.setQueryData(systemQuery.queryKey, await takeOver());
    message.success(t('system.tookOver'));
    onClose();
  });
  return (
    <Modal
      open
      title={t('system.takeOverTitle')}
      okText={t('system.takeOverOk')}
      okButtonProps={{ disabled: !isStopped, ...testId('take-over-ok') }}
      confirmLoading={busy}
      onOk={submit}
      onCancel={onClose}
    >
      <div className="stack" data-testid="take-over-dialog">
        <p>{t('system.takeOverText')}</p>
        <p>{t('system.takeOverFirst')}</p>
        <Alert type="warning" showIcon title={t('system.takeOverWarning')} />
        <Checkbox
          checked={isStopped}
          onChange={(event) => setStopped(event.target.checked)}
          data-testid="take-over-stopped"
        >
          {t('system.takeOverStopped')}
        </Checkbox>
        {error && <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
