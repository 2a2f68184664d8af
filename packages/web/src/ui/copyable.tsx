import { App } from 'antd';
import { type MouseEvent, useEffect, useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** A button that copies a text and says that it did. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (event: MouseEvent) => {
    event.stopPropagation();
    // Browsers offer the clipboard over HTTPS and on localhost only.
    if (!navigator.clipboard) return void message.warning(t('common.copyFailed'));
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => message.warning(t('common.copyFailed')),
    );
  };
  const name = copied ? t('common.copied') : (label ?? t('common.copy'));
  return (
    <button type="button" className="icon-button" aria-label={name} title={name} onClick={copy}>
      {copied ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}

/** A text in fixed width with a button to copy it. */
export function Copyable({ text }: { text: string }) {
  return (
    <span className="copyable">
      <span className="mono">{text}</span>
      <CopyButton text={text} />
    </span>
  );
}
