import { useQueryClient } from '@tanstack/react-query';
import { Alert, Modal } from 'antd';
import { queryKeys } from '../api/query-keys.ts';
import type { SecretKey } from '../api/system-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Snippet } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { rotateSecretKey } from './system-api.ts';

interface ChangeKeyDialogProps {
  secretKey: SecretKey;
  serverCount: number;
  onClose: () => void;
}

/** Says what has to be done first, which depends on where the key comes from, and begins. */
export function ChangeKeyDialog({ secretKey, serverCount, onClose }: ChangeKeyDialogProps) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { from, place, rotation, recoveryKey } = secretKey;
  const { submit, busy, error } = useSubmit(async () => {
    await rotateSecretKey();
    void client.invalidateQueries({ queryKey: queryKeys.lists('operations') });
    onClose();
  });
  return (
    <Modal
      open
      title={t('system.changeTitle')}
      okText={rotation ? t('system.goOnOk') : t('system.changeOk')}
      okButtonProps={testId('secret-key-change-ok')}
      confirmLoading={busy}
      onOk={submit}
      onCancel={onClose}
    >
      <div className="stack" data-testid="secret-key-dialog">
        <p>{rotation ? t('system.changeGoesOn', { to: rotation.to }) : t('system.changeText')}</p>
        {!rotation && <p>{t(`system.changeFirst.${from}`, { place: place ?? '' })}</p>}
        {!rotation && from !== 'folder' && <Snippet title={t('system.makeNewKey')} text="openssl rand -hex 32" />}
        {serverCount > 1 && (
          <p>
            {t('system.changeServers', { number: serverCount })} {from === 'folder' && t('system.changeCopy')}
          </p>
        )}
        <p>{t(`system.changeAfter.${from === 'folder' ? 'folder' : 'setting'}`)}</p>
        {recoveryKey ? (
          <p>{t('system.changeRecovery')}</p>
        ) : (
          <Alert type="warning" showIcon title={t('system.changeNoRecovery')} />
        )}
        {error && <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
