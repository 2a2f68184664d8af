import { useNavigate } from '@tanstack/react-router';
import { Input, type InputRef } from 'antd';
import { useRef, useState } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import { useShortcut } from '../keyboard/shortcuts.tsx';
import { SearchIcon } from '../ui/icons.tsx';

/** Goes to the instances that match. */
export function HeaderSearch() {
  const { t } = useTexts();
  const navigate = useNavigate();
  const input = useRef<InputRef>(null);
  const [typed, setTyped] = useState('');
  useShortcut('/', () => input.current?.focus({ cursor: 'all' }));
  const search = () => {
    const text = typed.trim();
    input.current?.blur();
    setTyped('');
    void navigate({ to: '/instances', search: text === '' ? {} : { search: text } });
  };
  return (
    <search className="header-search">
      <Input
        ref={input}
        type="search"
        prefix={<SearchIcon />}
        suffix={<kbd className="header-wide">/</kbd>}
        aria-label={t('nav.searchLabel')}
        aria-keyshortcuts="/"
        placeholder={t('nav.searchPlaceholder')}
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={search}
        onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
        data-testid="header-search"
      />
    </search>
  );
}
