import { Button, Select } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import { pageBefore, rememberStep } from './cursor-trail.ts';

/** Where in a list one is; the first page has neither. */
export interface PagePosition {
  cursor?: string | undefined;
  page?: number | undefined;
}

interface CursorPagerProps {
  position: PagePosition;
  nextCursor: string | null | undefined;
  onMove: (position: PagePosition) => void;
  size?: number;
  sizes?: readonly number[];
  onSize?: (size: number) => void;
}

/** Forward and back through a list that the server pages by cursor. */
export function CursorPager({ position, nextCursor, onMove, size, sizes, onSize }: CursorPagerProps) {
  const { t } = useTexts();
  const page = position.page ?? 1;
  const before = pageBefore(sessionStorage, position.cursor);
  if (!sizes && !position.cursor && !nextCursor) return null;
  const forward = () => {
    if (!nextCursor) return;
    rememberStep(sessionStorage, position.cursor, nextCursor);
    onMove({ cursor: nextCursor, page: page + 1 });
  };
  const back = () => onMove(before ? { cursor: before, page: page - 1 } : {});
  return (
    <nav className="pager" aria-label={t('common.pageOf', { page })}>
      {sizes && size !== undefined && onSize && (
        <Select
          aria-label={t('common.pageSize')}
          value={size}
          onChange={onSize}
          options={sizes.map((value) => ({ value, label: t('common.perPage', { size: value }) }))}
          data-testid="page-size"
        />
      )}
      <Button disabled={!position.cursor} onClick={() => onMove({})} data-testid="page-first">
        {t('common.first')}
      </Button>
      <Button disabled={before === null} onClick={back} data-testid="page-previous">
        {t('common.previous')}
      </Button>
      <span className="pager-page">{t('common.pageOf', { page })}</span>
      <Button disabled={!nextCursor} onClick={forward} data-testid="page-next">
        {t('common.next')}
      </Button>
    </nav>
  );
}
