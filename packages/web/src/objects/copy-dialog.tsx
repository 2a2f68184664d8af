import { useQuery } from '@tanstack/react-query';
import { Alert, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { storagesQuery } from '../storages/storage-api.ts';
import { hasObjects } from '../storages/storage-place.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { testId } from '../ui/test-id.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { copyObjects, type ObjectPlace } from './object-api.ts';
import { type ObjectRow, selectionsOf, typedPrefix } from './object-rows.ts';
import { SelectedNames } from './selected-names.tsx';
import { useStarted } from './use-started.ts';

interface CopyDialogProps {
  storage: Storage;
  place: ObjectPlace;
  /** The folder that they are in: what is below it keeps its names. */
  prefix: string;
  rows: readonly ObjectRow[];
  onDone: () => void;
  onClose: () => void;
}

/** Copies what is selected into a folder of this or another storage. */
export function CopyDialog({ storage, place, prefix, rows, onDone, onClose }: CopyDialogProps) {
  const { t } = useTexts();
  const storages = useQuery(storagesQuery);
  const started = useStarted();
  const [target, setTarget] = useState<string>();
  const [folder, setFolder] = useState(prefix);
  const choices = storages.data?.items.filter((each) => each.isHere && hasObjects(each)) ?? [];
  const chosen = target ?? choices.find(({ id }) => id !== storage.id)?.id ?? storage.id;
  const targetPrefix = typedPrefix(folder);
  const isSame = chosen === storage.id && targetPrefix === prefix && place.bucket === undefined;
  const { submit, busy, error } = useSubmit(async () => {
    const selections = selectionsOf(rows);
    for (const selection of selections) {
      await copyObjects(place, selection, prefix, { storageId: chosen, prefix: targetPrefix });
    }
    started(selections.length);
    onDone();
  });
  const copy = () => {
    if (isSame) return;
    submit();
  };
  return (
    <Modal
      open
      title={t('objects.copyTitle')}
      okText={t('objects.copyStart')}
      okButtonProps={{ disabled: isSame, ...testId('copy-ok') }}
      confirmLoading={busy}
      onOk={copy}
      onCancel={onClose}
    >
      <div className="stack" data-testid="copy-dialog">
        <SelectedNames rows={rows} />
        <Field label={t('objects.copyTarget')} required>
          {(input) => (
            <Select
              {...input}
              value={chosen}
              onChange={setTarget}
              options={choices.map(({ id, name }) => ({ value: id, label: name }))}
              data-testid="copy-target"
            />
          )}
        </Field>
        <Field label={t('objects.copyPrefix')} help={t('objects.copyPrefixHelp')}>
          {(input) => (
            <Input
              {...input}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              maxLength={1000}
              value={folder}
              onChange={(event) => setFolder(event.target.value)}
              onPressEnter={copy}
              data-testid="copy-prefix"
            />
          )}
        </Field>
        {isSame && <Alert type="info" showIcon title={t('objects.copySame')} />}
        {error && <ErrorNotice error={error} />}
      </div>
    </Modal>
  );
}
