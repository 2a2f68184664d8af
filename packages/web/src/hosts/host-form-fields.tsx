import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Host, HostType } from '../api/resources.ts';
import { hostCommands } from '../commands/host-commands.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OptionsForm } from '../options-form/options-form.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import { ConnectionTestSteps, useConnectionTest } from './connection-test.tsx';
import { createHost, updateHost } from './host-api.ts';
import { HostConflict } from './host-conflict.tsx';
import { useHostForm } from './use-host-form.ts';

interface HostFormFieldsProps {
  type: HostType;
  host: Host | null;
  onChanged: (changed: boolean) => void;
  onReload: (host: Host) => void;
  onDone: () => void;
}

export function HostFormFields({ type, host, onChanged, onReload, onDone }: HostFormFieldsProps) {
  const { t, localized } = useTexts();
  const { message } = App.useApp();
  const may = usePermission();
  const client = useQueryClient();
  const form = useHostForm(type, host);
  const { test, run, reset } = useConnectionTest();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const [conflict, setConflict] = useState<Host | null>(null);
  const formElement = useRef<HTMLFormElement>(null);
  const steps = useRef<HTMLDivElement>(null);
  useEffect(() => onChanged(form.changed), [form.changed, onChanged]);
  useEffect(() => {
    if (test.lines.length > 0 || test.state === 'ended') steps.current?.scrollIntoView({ block: 'nearest' });
  }, [test]);

  // After the next draw, when the fields that are wrong are marked.
  const goToProblem = () =>
    requestAnimationFrame(() => formElement.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());

  const runTest = async () => {
    if (!form.check('options')) return void goToProblem();
    const refused = await run({
      kind: 'form',
      type: type.type,
      options: form.options,
      ...(host && { hostId: host.id }),
    });
    if (refused && form.refuse(refused)) goToProblem();
  };
  const save = async (revision: number | undefined) => {
    if (busy) return;
    if (!form.check('everything')) return void goToProblem();
    setBusy(true);
    setError(null);
    const name = form.name.trim();
    try {
      if (host && revision !== undefined) await updateHost(host.id, revision, { name, options: form.options });
      else await createHost({ name, type: type.type, options: form.options }, form.idempotencyKey);
      await client.invalidateQueries({ queryKey: queryKeys.all('hosts') });
      message.success(host ? t('hosts.saved', { name }) : t('hosts.created', { name }));
      onDone();
    } catch (thrown) {
      const refused = toErrorRecord(thrown);
      setBusy(false);
      if (refused instanceof ApiError && refused.code === 'revision_mismatch' && refused.current) {
        setConflict(refused.current as Host);
      } else if (form.refuse(refused)) goToProblem();
      else setError(refused);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(host?.revision);
  };

  const nameProblem = form.problems.get('name');
  const commands = hostCommands(
    { id: host?.id ?? null, name: form.name.trim(), type: type.type, options: form.options },
    type.options,
    location.origin,
  );
  return (
    <form className="stack" ref={formElement} onSubmit={submit} noValidate>
      {type.notice && <Alert type="info" showIcon title={localized(type.notice)} />}
      <Field
        label={t('common.name')}
        required
        help={t('hosts.nameHelp')}
        error={
          nameProblem &&
          (nameProblem.code === 'required'
            ? t('optionProblems.required')
            : nameProblem.code === 'name_taken'
              ? t('errors.name_taken.message')
              : nameProblem.message)
        }
      >
        {(input) => (
          <Input
            {...input}
            autoFocus
            autoComplete="off"
            maxLength={128}
            {...(nameProblem && { status: 'error' as const })}
            value={form.name}
            onChange={(event) => form.setName(event.target.value)}
            data-testid="host-form-name"
          />
        )}
      </Field>
      <OptionsForm
        fields={type.options}
        values={form.values}
        problems={form.problems}
        sealed={host?.sealedOptions ?? []}
        cleared={form.cleared}
        onChange={(field, value) => {
          form.setValue(field, value);
          // What was tested is no longer what would be saved.
          if (test.state !== 'idle') reset();
        }}
        onClear={form.setClear}
      />
      {conflict && host && (
        <HostConflict
          type={type}
          current={conflict}
          name={form.name.trim()}
          options={form.options}
          onReload={() => onReload(conflict)}
          onOverwrite={() => {
            setConflict(null);
            void save(conflict.revision);
          }}
        />
      )}
      {error && <ErrorNotice error={error} testId="host-form-error" />}
      <div ref={steps}>
        <ConnectionTestSteps test={test} />
      </div>
      <Equivalent {...commands} />
      <div className="flow form-actions">
        {may('host:test') && (
          <Button onClick={runTest} loading={test.state === 'running'} data-testid="host-test">
            {test.state === 'ended' ? t('hosts.testAgain') : t('hosts.test')}
          </Button>
        )}
        <Button type="primary" htmlType="submit" loading={busy} data-testid="host-save">
          {t('common.save')}
        </Button>
        {may('host:test') && <span className="field-help">{t('hosts.testNothingStored')}</span>}
      </div>
    </form>
  );
}
