import type { ReactNode } from 'react';

/** Why there is nothing here, and what to do about it. */
export function EmptyState({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <p>{text}</p>
      {children && <div className="empty-state-actions">{children}</div>}
    </div>
  );
}
