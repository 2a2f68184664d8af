import { useQueryClient } from '@tanstack/react-query';
import { Alert, Modal } from 'antd';
import { useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import type { NewRecoveryKey, SecretKey } from '../api/system-resources.ts';
import { formatDateTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { ShownRecoveryKey } from './shown-recovery-key.tsx';
import { makeRecoveryKey } from './system-api.ts';

interface MakeRecoveryKeyDialogProps {
  secretKey: SecretKey;
  onClose: () => void;
}

/** Tells what comes, makes the recovery key, and shows it this once. */
export function MakeRecoveryKeyDialog({ secretKey, onClose }: MakeRecoveryKeyDialogProps) {
  const [made, setMade] = useState<NewRecoveryKey | null>(null);
  return made ? (
    <ShownRecoveryKey made={made} secretKeyId={secretKey.id} onKept={onClose} />
  ) : (
    <AskBefore replaced={secretKey.recoveryKey} onMade={setMade} onClose={onClose} />
  );
}

interface AskBeforeProps {
  replaced: SecretKey['recoveryKey'];
  onMade: (made: NewRecoveryKey) => void;
  onClose: () => void;
}

function AskBefore({ replaced, onMade, onClose }: AskBeforeProps) {
  const { t, locale } = useTexts();
  const client = useQueryClient();
  const { submit, busy, error } = useSubmit(async () => {
    onMade(await makeRecoveryKey(replaced !== null));
    void client.invalidateQueries({ queryKey: queryKeys.all('secret-key') });
  });
  return (
    <Modal
      open
      title={replaced ? t('system.replaceTitle') : t('system.makeTitle')}
      okText={replaced ? t('system.replaceOk') : t('system.makeOk')}
      okButtonProps={{ danger: replaced !== null, ...testId('recovery-key-make-ok') }}
      confirmLoading={busy}
      onOk={submit}
      onCancel={onClose}
    >
      <div className="stack" data-testid="recovery-key-dialog">
        {replaced && (
          <Alert
            type="warning"
            showIcon
            title={t('system.replaceText', {
              name: replaced.createdBy,
              time: formatDateTime(replaced.createdAt, locale),
            })}
          />
        )}
        <p>{t('system.makeText')}</p>
        <p>{t('system.makeWarning')}</p>
        {error && <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
