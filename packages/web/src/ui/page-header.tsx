import { type ReactNode, useEffect } from 'react';

interface PageHeaderProps {
  title: string;
  /** Beside the title, e.g. how many there are. */
  count?: ReactNode;
  explanation?: string;
  children?: ReactNode;
}

/** Title, count and actions of a page; also names the tab. */
export function PageHeader({ title, count, explanation, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Sampan`;
  }, [title]);
  return (
    <div className="page-header">
      <div className="page-header-title">
        <h1>{title}</h1>
        {count !== undefined && <span className="page-header-count">{count}</span>}
        {explanation && <p className="page-header-explanation">{explanation}</p>}
      </div>
      {children && <div className="page-header-actions">{children}</div>}
    </div>
  );
}
