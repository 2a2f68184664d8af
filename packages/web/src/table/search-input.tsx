import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { SearchIcon } from '../ui/icons.tsx';

interface SearchInputProps {
  value: string;
  onSearch: (text: string) => void;
  placeholder: string;
  testId?: string;
}

/** How long, in milliseconds, somebody may pause while typing before the search is sent. */
const PAUSE = 250;

/** A search that follows what is typed; a change from outside (back, a link) shows in the field. */
export function SearchInput({ value, onSearch, placeholder, testId }: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const latest = useRef(onSearch);
  useEffect(() => {
    latest.current = onSearch;
  });
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed.trim();
      latest.current(typed.trim());
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Input
      className="list-tools-search"
      type="search"
      allowClear
      prefix={<SearchIcon />}
      aria-label={placeholder}
      placeholder={placeholder}
      value={typed}
      maxLength={200}
      onChange={(event) => setTyped(event.target.value)}
      data-testid={testId}
    />
  );
}
