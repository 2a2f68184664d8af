import { useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import type { Repository } from '../api/backup-resources.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { setRepositoryPassword } from './repository-api.ts';

/** Takes the password that a repository has, where Sampan knows another one. */
export function SetPasswordDialog({ repository, onClose }: { repository: Repository; onClose: () => void }) {
  const { t, ...texts } = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const { submit, busy, error, clearError } = useSubmit(async () => {
    const saved = await setRepositoryPassword(repository.id, password);
    client.setQueryData(queryKeys.one('repositories', saved.id), saved);
    void client.invalidateQueries({ queryKey: queryKeys.lists('repositories') });
    message.success(t('repositories.passwordKept'));
    onClose();
  });
  const isWrong = error?.code === 'wrong_repository_password';
  const save = () => {
    if (password === '') return;
    submit();
  };
  return (
    <Modal
      open
      title={t('repositories.password')}
      okText={t('repositories.tryPassword')}
      okButtonProps={{ disabled: password === '', ...testId('set-password-ok') }}
      confirmLoading={busy}
      onOk={save}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      <div className="stack">
        <p>{t('repositories.setPasswordText')}</p>
        <Field label={t('repositories.password')} required error={isWrong ? texts.error(error).message : null}>
          {(input) => (
            <Input.Password
              {...input}
              autoFocus
              autoComplete="off"
              maxLength={1000}
              value={password}
              onChange={(event) => {
                setPassword(event.target.value);
                clearError();
              }}
              onPressEnter={save}
              data-testid="set-password"
            />
          )}
        </Field>
        {error && !isWrong && <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
