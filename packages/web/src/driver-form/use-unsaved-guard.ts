import { App } from 'antd';
import { useCallback, useRef } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';

/** Asks before what was entered into a form is thrown away. */
export function useUnsavedGuard(onClose: () => void) {
  const { t } = useTexts();
  const { modal } = App.useApp();
  const changed = useRef(false);
  const onChanged = useCallback((yes: boolean) => {
    changed.current = yes;
  }, []);
  const guarded = (leave: () => void) => {
    if (!changed.current) return leave();
    void modal.confirm({
      title: t('driverForm.unsavedTitle'),
      content: t('driverForm.unsavedText'),
      okText: t('driverForm.discard'),
      okButtonProps: { danger: true },
      cancelText: t('driverForm.keepEditing'),
      // A key that was meant for the form must not throw it away.
      autoFocusButton: 'cancel',
      onOk: leave,
    });
  };
  return { onChanged, close: () => guarded(onClose), guarded };
}
