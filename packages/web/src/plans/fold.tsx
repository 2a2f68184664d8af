import { type ReactNode, useState } from 'react';

interface FoldProps {
  title: string;
  /** What is set, beside the title. */
  summary?: string;
  /** Something in it is wrong: it is opened. */
  isWrong: boolean;
  testId: string;
  children: ReactNode;
}

/** A part of the form that is folded away until somebody needs it; drawn only then. */
export function Fold({ title, summary, isWrong, testId, children }: FoldProps) {
  const [open, setOpen] = useState(false);
  const shown = open || isWrong;
  return (
    <details className="fold" open={shown} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary data-testid={testId}>
        <span className="fold-title">{title}</span>
        {summary && !shown && <span className="quiet fold-summary">{summary}</span>}
      </summary>
      {shown && <div className="stack fold-content">{children}</div>}
    </details>
  );
}
