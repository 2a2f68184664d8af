import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { queryKeys } from '../api/query-keys.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { checkRecoveryKey } from './system-api.ts';

const WRONG: ReadonlySet<string> = new Set(['bad_recovery_key', 'wrong_recovery_key']);

/** Proves that somebody has the recovery key. What was typed is forgotten with the verdict. */
export function CheckRecoveryKeyDialog({ onClose }: { onClose: () => void }) {
  const { t, ...texts } = useTexts();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [isRight, setRight] = useState(false);
  const { submit, busy, error, clearError } = useSubmit(async () => {
    await checkRecoveryKey(typed);
    setTyped('');
    setRight(true);
    void client.invalidateQueries({ queryKey: queryKeys.all('secret-key') });
  });
  const wrong = error && WRONG.has(error.code) ? texts.error(error) : null;
  const check = () => {
    if (typed.trim() !== '') submit();
  };
  return (
    <Modal
      open
      title={t('system.checkTitle')}
      okText={t('system.checkOk')}
      okButtonProps={{ disabled: typed.trim() === '', ...testId('recovery-key-check-ok') }}
      confirmLoading={busy}
      onOk={check}
      onCancel={onClose}
      mask={{ closable: false }}
      {...(isRight && {
        footer: (
          <Button type="primary" autoFocus onClick={onClose} data-testid="recovery-key-checked">
            {t('common.close')}
          </Button>
        ),
      })}
    >
      <div className="stack" data-testid="recovery-key-check-dialog">
        {isRight ? (
          <Alert
            type="success"
            showIcon
            role="status"
            title={t('system.checkRight')}
            data-testid="recovery-key-right"
          />
        ) : (
          <>
            <p>{t('system.checkText')}</p>
            <Field
              label={t('system.recoveryKey')}
              required
              error={wrong && `${wrong.message} ${wrong.hint ?? ''}`.trim()}
            >
              {(input) => (
                <Input.TextArea
                  {...input}
                  autoFocus
                  autoSize={{ minRows: 3, maxRows: 6 }}
                  autoComplete="off"
                  spellCheck={false}
                  className="mono recovery-key-typed"
                  maxLength={200}
                  value={typed}
                  onChange={(event) => {
                    setTyped(event.target.value);
                    clearError();
                  }}
                  onPressEnter={(event) => {
                    event.preventDefault();
                    check();
                  }}
                  data-testid="recovery-key-typed"
                />
              )}
            </Field>
            {error && !wrong && <ErrorNotice error={error} />}
          </>
        )}
      </div>
    </Modal>
  );
}
