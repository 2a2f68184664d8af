import { Alert, Button } from 'antd';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import type { RecoverySheet, Repository } from '../api/backup-resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useAct } from '../plans/use-act.ts';
import { CopyButton } from '../ui/copyable.tsx';
import { NamedConfirm } from '../ui/named-confirm.tsx';
import { actOnRepository, readRecoverySheet } from './repository-api.ts';
import { SetPasswordDialog } from './set-password-dialog.tsx';

const KINDS = ['repositories'] as const;

/** Everything to restore without Sampan. It is asked for by a click, and forgotten with the page. */
export function RecoverySheetTab({ repository }: { repository: Repository }) {
  const { t } = useTexts();
  const { act, busy } = useAct(KINDS);
  const [sheet, setSheet] = useState<RecoverySheet | null>(null);
  const [changing, setChanging] = useState(false);
  const [telling, setTelling] = useState(false);
  const show = () => act('sheet', async () => setSheet(await readRecoverySheet(repository.id)));
  return (
    <div className="stack" data-testid="sheet-tab">
      <section className="card stack">
        <p>{t('repositories.sheetText')}</p>
        <Alert type="warning" showIcon title={t('repositories.sheetWarning')} />
        <div className="flow">
          {sheet ? (
            <>
              <Button type="primary" onClick={() => window.print()} data-testid="sheet-print">
                {t('repositories.print')}
              </Button>
              <CopyButton text={sheet.text} />
              <Button onClick={() => setSheet(null)} data-testid="sheet-hide">
                {t('repositories.hideSheet')}
              </Button>
            </>
          ) : (
            <Button type="primary" loading={busy === 'sheet'} onClick={show} data-testid="sheet-show">
              {t('repositories.showSheet')}
            </Button>
          )}
        </div>
        {sheet && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it can be read and copied with the keyboard
          <pre className="recovery-sheet" tabIndex={0} data-testid="recovery-sheet">
            {sheet.text}
          </pre>
        )}
        {sheet && createPortal(<pre className="print-only">{sheet.text}</pre>, document.body)}
      </section>
      <section className="card stack" aria-labelledby="repository-password">
        <h2 id="repository-password">{t('repositories.changePassword')}</h2>
        <p className="quiet">{t('repositories.changePasswordText')}</p>
        <div className="flow">
          <Button onClick={() => setChanging(true)} data-testid="repository-password">
            {t('repositories.changePassword')}
          </Button>
          <Button type="link" onClick={() => setTelling(true)} data-testid="sheet-set-password">
            {t('repositories.setPassword')}
          </Button>
        </div>
      </section>
      {telling && <SetPasswordDialog repository={repository} onClose={() => setTelling(false)} />}
      {changing && (
        <NamedConfirm
          title={t('repositories.changePasswordTitle', { name: repository.name })}
          name={repository.name}
          actionLabel={t('repositories.changePassword')}
          onConfirm={async () => {
            await actOnRepository(repository.id, 'password');
            setSheet(null);
          }}
          onClose={() => setChanging(false)}
        >
          {t('repositories.changePasswordText')}
        </NamedConfirm>
      )}
    </div>
  );
}
