import { Link } from '@tanstack/react-router';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { crumbsOf } from './object-rows.ts';

interface BreadcrumbsProps {
  storage: Storage;
  bucket: string | undefined;
  prefix: string;
}

/** Where one is, from the top; each part leads there. */
export function Breadcrumbs({ storage, bucket, prefix }: BreadcrumbsProps) {
  const { t } = useTexts();
  const crumbs = [{ prefix: '', name: bucket ?? t('objects.root') }, ...crumbsOf(prefix)];
  return (
    <nav className="breadcrumbs" aria-label={t('objects.path')} data-testid="breadcrumbs">
      <ol>
        {crumbs.map((crumb) => (
          <li key={crumb.prefix}>
            {crumb.prefix === prefix ? (
              <span aria-current="location">{crumb.name}</span>
            ) : (
              <Link
                to="/storages/$id"
                params={{ id: storage.id }}
                search={{ tab: 'objects', ...(bucket && { bucket }), ...(crumb.prefix && { prefix: crumb.prefix }) }}
              >
                {crumb.name}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
