import { useTexts } from '../i18n/use-texts.tsx';
import type { ObjectRow } from './object-rows.ts';

const SHOWN = 6;

/** The names of what is selected, so that nobody acts on what they did not mean. */
export function SelectedNames({ rows }: { rows: readonly ObjectRow[] }) {
  const { t } = useTexts();
  return (
    <ul className="name-list mono" aria-label={t('objects.selection')}>
      {rows.slice(0, SHOWN).map((row) => (
        <li key={row.key}>{row.kind === 'folder' ? `${row.name}/` : row.name}</li>
      ))}
      {rows.length > SHOWN && <li className="quiet">{t('objects.collisionMore', { count: rows.length - SHOWN })}</li>}
    </ul>
  );
}
