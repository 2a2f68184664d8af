import { Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { Field } from './field.tsx';
import { testId } from './test-id.ts';
import { useSubmit } from './use-submit.ts';

interface NamedConfirmProps {
  title: string;
  /** What must be typed; without it a click is enough. */
  name?: string;
  actionLabel: string;
  children: ReactNode;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is destroyed. Shown only while it is open; a refusal is shown inside. */
export function NamedConfirm({ title, name, actionLabel, children, onConfirm, onClose }: NamedConfirmProps) {
  const { t } = useTexts();
  const [typed, setTyped] = useState('');
  const ready = name === undefined || typed.trim() === name;
  const { submit, busy, error } = useSubmit(async () => {
    await onConfirm();
    onClose();
  });
  const confirm = () => {
    if (ready) submit();
  };
  return (
    <Modal
      open
      title={title}
      okText={actionLabel}
      okButtonProps={{ danger: true, disabled: !ready, ...testId('confirm-ok') }}
      confirmLoading={busy}
      onOk={confirm}
      onCancel={onClose}
    >
      <div className="stack">
        <div>{children}</div>
        {name !== undefined && (
          <Field label={t('common.confirmName', { name })} required>
            {(input) => (
              <Input
                {...input}
                autoFocus
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                onPressEnter={confirm}
                data-testid="confirm-name"
              />
            )}
          </Field>
        )}
        {error && <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
