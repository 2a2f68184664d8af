import { useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import type { Backup } from '../api/backup-resources.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useUnsavedGuard } from '../driver-form/use-unsaved-guard.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { updateBackup } from './backup-api.ts';
import { backupName } from './backup-name.ts';

/** Title and note of a backup. */
export function BackupDetailsDrawer({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const { t, locale } = useTexts();
  const client = useQueryClient();
  const [title, setTitle] = useState(backup.title);
  const [note, setNote] = useState(backup.note);
  const { close, onChanged } = useUnsavedGuard(onClose);
  const isChanged = title !== backup.title || note !== backup.note;
  useEffect(() => onChanged(isChanged), [isChanged, onChanged]);
  const { submit, busy, error } = useSubmit(async () => {
    await updateBackup(backup, { title: title.trim(), note });
    await client.invalidateQueries({ queryKey: queryKeys.all('backups') });
    onClose();
  });
  const save = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <Drawer open size={480} title={backupName(backup, locale)} onClose={close}>
      <form className="stack" onSubmit={save} noValidate>
        <Field label={t('backups.title')} help={t('backups.titleHelp')}>
          {(input) => (
            <Input
              {...input}
              autoFocus
              maxLength={200}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
              data-testid="backup-title"
            />
          )}
        </Field>
        <Field label={t('backups.note')}>
          {(input) => (
            <Input.TextArea
              {...input}
              maxLength={4000}
              autoSize={{ minRows: 4, maxRows: 16 }}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              data-testid="backup-note"
            />
          )}
        </Field>
        {error && <ErrorNotice error={error} />}
        <div>
          <Button type="primary" htmlType="submit" loading={busy} data-testid="backup-save">
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
