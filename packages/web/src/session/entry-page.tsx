import { type ReactNode, useEffect } from 'react';
import { LanguageSwitch } from '../shell/language-switch.tsx';
import { Logo } from '../shell/logo.tsx';
import { ThemeSwitch } from '../shell/theme-switch.tsx';
import './entry-page.css';

/** The frame of the pages before one is signed in. */
export function EntryPage({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Sampan`;
  }, [title]);
  return (
    <div className="entry">
      <div className="entry-switches">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <main className="entry-card card">
        <div className="entry-logo">
          <Logo />
        </div>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
