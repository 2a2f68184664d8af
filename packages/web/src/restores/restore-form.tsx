import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Input, Radio, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import {
  type Backup,
  type BackupPlace,
  OVERWRITE_RULES,
  type OverwriteRule,
  type Restore,
} from '../api/backup-resources.ts';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { backupName } from '../backups/backup-name.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { FolderPicker } from '../plans/folder-picker.tsx';
import { engineQuery } from '../plans/plan-api.ts';
import { useFieldText } from '../plans/use-field-text.ts';
import { useSession } from '../session/use-session.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { createRestore, type RestoreInput } from './restore-api.ts';

interface RestoreFormProps {
  backups: readonly Backup[];
  backup: Backup | null;
  paths?: readonly string[];
  before?: RestoreInput;
  /** Without a preview where the engine cannot make one. */
  onPreview: (input: RestoreInput, preview: Restore | null) => void;
}

/** Where nothing was found damaged; the first, as a rule. */
function soundest(places: readonly BackupPlace[]): BackupPlace | undefined {
  return places.find((place) => !place.repositoryDamaged) ?? places[0];
}

/** Which backup, what of it, where to, and what happens to what is there. */
export function RestoreForm({ backups, backup: first, paths, before, onPreview }: RestoreFormProps) {
  const { t, locale } = useTexts();
  const { role } = useSession().user;
  const [backupId, setBackupId] = useState(before?.backupId ?? first?.id ?? '');
  const [place, setPlace] = useState(before?.repositoryId);
  const [inPlace, setInPlace] = useState(before !== undefined && before.target === undefined);
  const [target, setTarget] = useState(before?.target ?? '');
  const [overwrite, setOverwrite] = useState<OverwriteRule>(before?.overwrite ?? 'if_changed');
  const [deleteOthers, setDeleteOthers] = useState(before?.deleteOthers ?? false);
  const [verify, setVerify] = useState(before?.verify ?? true);
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const fieldText = useFieldText();
  const shownName = ({ repositoryName: name, repositoryDamaged }: BackupPlace) =>
    repositoryDamaged ? t('repositories.damagedPlace', { name }) : name;
  const engine = useQuery(engineQuery);
  // Before 0.17 restic overwrites what is there, deletes nothing, and cannot say what it would do.
  const isOld = engine.data?.available === true && !engine.data.capabilities.includes('restoreOptions');
  const backup = backups.find(({ id }) => id === backupId);
  // The server refuses it for a whole backup: all that is newer in all its folders would go.
  const mayDelete = !isOld && !(inPlace && paths === undefined);
  const places = backup?.places ?? [];
  const from = places.find(({ repositoryId }) => repositoryId === place) ?? soundest(places);
  const isTargetNeeded = !inPlace && target.trim() === '';
  const refused = error instanceof ApiError ? error.fields.find(({ field }) => field === 'target') : undefined;
  const targetProblem = refused && fieldText(refused);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !backup || isTargetNeeded) return;
    const input: RestoreInput = {
      backupId: backup.id,
      ...(from && { repositoryId: from.repositoryId }),
      ...(paths && { paths: [...paths] }),
      ...(!inPlace && { target: target.trim() }),
      ...{ overwrite: isOld ? 'always' : overwrite, deleteOthers: deleteOthers && mayDelete, verify },
    };
    if (isOld) return onPreview(input, null);
    setBusy(true);
    setError(null);
    try {
      onPreview(input, await createRestore(input, true));
    } catch (thrown) {
      setError(toErrorRecord(thrown));
      setBusy(false);
    }
  };
  return (
    <form className="stack" onSubmit={submit} noValidate data-testid="restore-form">
      <Field label={t('restores.backup')} required>
        {(input) => (
          <Select
            {...input}
            value={backupId}
            options={backups.map((each) => ({ value: each.id, label: backupName(each, locale) }))}
            onChange={(id: string) => setBackupId(id)}
            // What was chosen was chosen in this one.
            disabled={paths !== undefined}
            data-testid="restore-backup"
          />
        )}
      </Field>
      {places.length > 1 && (
        <Field label={t('restores.from')} required>
          {(input) => (
            <Select
              {...input}
              value={from?.repositoryId ?? ''}
              options={places.map((each) => ({
                value: each.repositoryId,
                label: each.isMirror ? t('restores.mirror', { name: shownName(each) }) : shownName(each),
              }))}
              onChange={(id: string) => setPlace(id)}
              data-testid="restore-place"
            />
          )}
        </Field>
      )}
      {from?.repositoryDamaged ? (
        <Alert type="error" showIcon title={t('restores.damagedPlace')} data-testid="restore-damaged" />
      ) : (
        backup?.damagedAt &&
        !from?.isMirror && (
          <Alert type="warning" showIcon title={t('restores.damagedBackup')} data-testid="restore-damaged" />
        )
      )}
      <div className="field">
        <span className="field-label">{t('restores.what')}</span>
        {paths ? (
          <ul className="path-list restore-names" data-testid="restore-paths">
            {paths.map((path) => (
              <li key={path} className="mono">
                <span className="path-text">{path}</span>
              </li>
            ))}
          </ul>
        ) : (
          <span>
            {t('restores.everything')} <span className="quiet mono">{backup?.paths.join(', ')}</span>
          </span>
        )}
      </div>
      <div className="field">
        <span className="field-label">{t('restores.where')}</span>
        <Radio.Group
          className="restore-where"
          value={inPlace}
          onChange={(event) => setInPlace(event.target.value === true)}
          options={[
            { value: false, label: t('restores.toFolder') },
            { value: true, label: t('restores.inPlace'), disabled: role !== 'administrator' },
          ]}
          data-testid="restore-where"
        />
        {role !== 'administrator' && <div className="field-help">{t('restores.inPlaceAdministrators')}</div>}
      </div>
      {!inPlace && (
        <Field label={t('restores.target')} required help={t('restores.targetHelp')} error={targetProblem}>
          {(input) => (
            <div className="flow">
              <Input
                {...input}
                className="path-input restore-target"
                autoComplete="off"
                placeholder="/srv/restored"
                value={target}
                onChange={(event) => setTarget(event.target.value)}
                data-testid="restore-target"
              />
              <Button onClick={() => setPicking(true)}>{t('plans.chooseFolder')}</Button>
            </div>
          )}
        </Field>
      )}
      <Field label={t('restores.overwrite')} required help={isOld && t('restores.onlyOverwrite')}>
        {(input) => (
          <Select<OverwriteRule>
            {...input}
            value={isOld ? 'always' : overwrite}
            disabled={isOld}
            options={OVERWRITE_RULES.map((value) => ({ value, label: t(`overwriteRules.${value}`) }))}
            onChange={setOverwrite}
            data-testid="restore-overwrite"
          />
        )}
      </Field>
      <Checkbox checked={verify} onChange={(event) => setVerify(event.target.checked)}>
        {t('restores.verify')}
      </Checkbox>
      <div>
        <Checkbox
          checked={deleteOthers && mayDelete}
          disabled={!mayDelete}
          onChange={(event) => setDeleteOthers(event.target.checked)}
          data-testid="restore-delete"
        >
          {t('restores.deleteOthers')}
        </Checkbox>
        {!mayDelete && !isOld && <div className="field-help">{t('restores.deleteNeedsChoice')}</div>}
      </div>
      {deleteOthers && mayDelete && <Alert type="warning" showIcon title={t('restores.deleteOthersText')} />}
      {error && !targetProblem && <ErrorNotice error={error} testId="restore-error" />}
      <div className="flow form-actions">
        <Button
          type="primary"
          htmlType="submit"
          loading={busy}
          disabled={!backup || isTargetNeeded}
          data-testid="restore-preview"
        >
          {isOld ? t('restores.goOn') : t('restores.preview')}
        </Button>
        <span className="field-help">{t('restores.previewHelp')}</span>
      </div>
      {picking && (
        <FolderPicker many={false} onChoose={([path]) => path && setTarget(path)} onClose={() => setPicking(false)} />
      )}
    </form>
  );
}
