import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { useState } from 'react';
import type { Backup, Restore } from '../api/backup-resources.ts';
import { toErrorRecord } from '../api/problem.ts';
import { backupsQuery } from '../backups/backup-api.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import type { RestoreInput } from './restore-api.ts';
import { RestoreForm } from './restore-form.tsx';
import { RestorePreview } from './restore-preview.tsx';
import { RestoreProgress } from './restore-progress.tsx';
import '../plans/plans.css';

interface RestoreDrawerProps {
  planId: string;
  /** The latest when not said; another one of the plan can be chosen. */
  backup?: Backup;
  /** What was chosen in the backup; all of it when not said. */
  paths?: readonly string[];
  onClose: () => void;
}

type Step =
  | { kind: 'form' }
  /** Without a preview where the engine cannot make one. */
  | { kind: 'preview'; input: RestoreInput; preview: Restore | null }
  | { kind: 'restore'; id: string };

/** What, where to, what that would do, and then doing it. */
export function RestoreDrawer({ planId, backup, paths, onClose }: RestoreDrawerProps) {
  const { t } = useTexts();
  const backups = useQuery(backupsQuery(planId, undefined, 100));
  const [step, setStep] = useState<Step>({ kind: 'form' });
  // Kept, so that one who comes back from the preview finds what was entered.
  const [input, setInput] = useState<RestoreInput>();
  const items = backups.data?.items;
  const offered = backup && items && !items.some(({ id }) => id === backup.id) ? [backup, ...items] : items;
  return (
    <Drawer
      open
      size={680}
      title={t(`restores.titles.${step.kind}`)}
      onClose={onClose}
      mask={{ closable: false }}
      data-testid="restore-drawer"
    >
      {backups.error && <ErrorNotice error={toErrorRecord(backups.error)} onRetry={() => backups.refetch()} />}
      {step.kind === 'form' && offered && offered.length > 0 && (
        <RestoreForm
          backups={offered}
          backup={backup ?? offered[0] ?? null}
          {...(paths && { paths })}
          {...(input && { before: input })}
          onPreview={(wish, preview) => {
            setInput(wish);
            setStep({ kind: 'preview', input: wish, preview });
          }}
        />
      )}
      {step.kind === 'preview' && (
        <RestorePreview
          key={step.preview?.id ?? 'none'}
          input={step.input}
          preview={step.preview}
          places={offered?.find(({ id }) => id === step.input.backupId)?.places ?? []}
          onOther={(wish, preview) => {
            setInput(wish);
            setStep({ kind: 'preview', input: wish, preview });
          }}
          onBack={() => setStep({ kind: 'form' })}
          onStarted={(id) => setStep({ kind: 'restore', id })}
        />
      )}
      {step.kind === 'restore' && <RestoreProgress id={step.id} onClose={onClose} />}
    </Drawer>
  );
}
