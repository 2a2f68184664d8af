import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react';
import { NO_KEYS, pressKey } from './sequence.ts';

type Handlers = Map<string, () => void>;

const ShortcutContext = createContext<Handlers | null>(null);

/** Listens to the keys of the whole page; what is typed into a field, and what has a modifier, is left alone. */
export function ShortcutProvider(props: { children: ReactNode }) {
  const handlers = useMemo<Handlers>(() => new Map(), []);
  const state = useRef(NO_KEYS);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const step = pressKey(state.current, event.key, event.timeStamp, [...handlers.keys()]);
      state.current = step.state;
      if (!step.taken) return;
      event.preventDefault();
      if (step.match !== null) handlers.get(step.match)?.();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [handlers]);
  return <ShortcutContext value={handlers}>{props.children}</ShortcutContext>;
}

/** Binds a key sequence for as long as the component is shown; the one bound last wins. */
export function useShortcut(sequence: string, action: () => void): void {
  const handlers = useContext(ShortcutContext);
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    if (!handlers) return;
    const run = () => latest.current();
    const before = handlers.get(sequence);
    handlers.set(sequence, run);
    return () => {
      if (handlers.get(sequence) !== run) return;
      if (before) handlers.set(sequence, before);
      else handlers.delete(sequence);
    };
  }, [handlers, sequence]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[role="dialog"][aria-modal="true"]')) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
