import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import type { Repository } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Ago } from '../ui/ago.tsx';

/** Who found that a repository is damaged, and what takes it back. */
export function DamageNotice({ damage }: { damage: NonNullable<Repository['damage']> }) {
  const { t } = useTexts();
  return (
    <Alert
      type="error"
      showIcon
      data-testid="repository-damage"
      title={
        <>
          {t(`repositories.foundBy.${damage.foundBy}`)}{' '}
          <span className="quiet">
            <Ago time={damage.foundAt} />
            {damage.firstFoundAt !== damage.foundAt && (
              <>
                {' · '}
                {t('repositories.firstFound')} <Ago time={damage.firstFoundAt} />
              </>
            )}
          </span>
        </>
      }
      description={
        <>
          <p>{t('errors.repository_damaged.hint')}</p>
          <p>{t(`repositories.provenBy.${damage.provenBy}`)}</p>
        </>
      }
      action={
        damage.operationId && (
          <Link to="/operations" search={{ open: damage.operationId }}>
            {t('repositories.whatWasFound')}
          </Link>
        )
      }
    />
  );
}
