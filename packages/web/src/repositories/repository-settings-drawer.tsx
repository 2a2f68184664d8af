import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Drawer, Input } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import type { Repository } from '../api/backup-resources.ts';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useUnsavedGuard } from '../driver-form/use-unsaved-guard.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { scheduleDraft, scheduleOf, scheduleProblem } from '../plans/schedule-draft.ts';
import { ScheduleFields } from '../plans/schedule-fields.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { updateRepository } from './repository-api.ts';

/** Name, append-only, and when it is checked and tidied. */
export function RepositorySettingsDrawer({
  repository: opened,
  onClose,
}: {
  repository: Repository;
  onClose: () => void;
}) {
  const { t } = useTexts();
  const client = useQueryClient();
  // Events must not change what one edits.
  const [repository, setRepository] = useState(opened);
  const { check, prune } = opened.maintenance;
  const [zone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
  const [name, setName] = useState(opened.name);
  const [appendOnly, setAppendOnly] = useState(opened.appendOnly);
  const [checkDraft, setCheckDraft] = useState(() => scheduleDraft(check.schedule, zone));
  const [readPercent, setReadPercent] = useState(String(check.readDataPercent));
  const [pruneDraft, setPruneDraft] = useState(() => scheduleDraft(prune.schedule, zone));
  const [unusedPercent, setUnusedPercent] = useState(String(prune.maximumUnusedPercent));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const { close, onChanged } = useUnsavedGuard(onClose);
  const entered = JSON.stringify([name, appendOnly, checkDraft, readPercent, pruneDraft, unusedPercent]);
  const [untouched] = useState(entered);
  useEffect(() => onChanged(entered !== untouched), [entered, untouched, onChanged]);
  const isPercent = (text: string) => /^\d{1,3}$/.test(text.trim()) && Number(text) <= 100;
  const problems = {
    name: name.trim() === '' ? ('required' as const) : null,
    check: scheduleProblem(checkDraft),
    prune: scheduleProblem(pruneDraft),
    read: isPercent(readPercent) ? null : ('wholeNumber' as const),
    unused: isPercent(unusedPercent) ? null : ('wholeNumber' as const),
  };
  const shown = (name: keyof typeof problems) => {
    const problem = problems[name];
    return tried && problem ? t(`planProblems.${problem}`) : undefined;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || Object.values(problems).some(Boolean)) return;
    setBusy(true);
    setError(null);
    try {
      const saved = await updateRepository(repository, {
        ...{ name: name.trim(), appendOnly },
        maintenance: {
          check: { schedule: scheduleOf(checkDraft), readDataPercent: Number(readPercent) },
          prune: { schedule: scheduleOf(pruneDraft), maximumUnusedPercent: Number(unusedPercent) },
        },
      });
      client.setQueryData(queryKeys.one('repositories', saved.id), saved);
      void client.invalidateQueries({ queryKey: queryKeys.lists('repositories') });
      onClose();
    } catch (thrown) {
      const refused = toErrorRecord(thrown);
      // What somebody else changed is told once; saving again is then on purpose.
      if (refused instanceof ApiError && refused.code === 'revision_mismatch' && refused.current)
        setRepository(refused.current as Repository);
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Drawer
      open
      size={640}
      title={t('storages.edit', { name: opened.name })}
      onClose={close}
      mask={{ closable: false }}
      data-testid="repository-settings"
    >
      <form className="stack" onSubmit={submit} noValidate>
        <Field label={t('common.name')} required error={shown('name')}>
          {(input) => (
            <Input {...input} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Checkbox checked={appendOnly} onChange={(event) => setAppendOnly(event.target.checked)}>
          {t('repositories.appendOnly')}
        </Checkbox>
        <ScheduleFields
          legend={t('repositories.check')}
          draft={checkDraft}
          onChange={setCheckDraft}
          problem={shown('check')}
          testId="repository-check-schedule"
        />
        <Field label={t('repositories.readBack')} required error={shown('read')} help={t('repositories.readBackHelp')}>
          {(input) => (
            <Input
              {...input}
              className="percent-input"
              inputMode="numeric"
              suffix="%"
              value={readPercent}
              onChange={(event) => setReadPercent(event.target.value)}
            />
          )}
        </Field>
        <ScheduleFields
          legend={t('repositories.prune')}
          draft={pruneDraft}
          onChange={setPruneDraft}
          problem={shown('prune')}
          testId="repository-prune-schedule"
        />
        <Field label={t('repositories.unused')} required error={shown('unused')} help={t('repositories.unusedHelp')}>
          {(input) => (
            <Input
              {...input}
              className="percent-input"
              inputMode="numeric"
              suffix="%"
              value={unusedPercent}
              onChange={(event) => setUnusedPercent(event.target.value)}
            />
          )}
        </Field>
        {error && <ErrorNotice error={error} />}
        <div>
          <Button type="primary" htmlType="submit" loading={busy} data-testid="repository-settings-save">
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
