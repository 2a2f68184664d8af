import type { OptionField, OptionValues } from '@sampan/driver';
import { Alert, Button, Input } from 'antd';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError, type ErrorRecord, type FieldProblem, toErrorRecord } from '../api/problem.ts';
import type { Configured, DriverType } from '../api/resources.ts';
import { ConnectionTestSteps, type TestedKind } from '../connection-test/connection-test-steps.tsx';
import { type TestRequest, useConnectionTest } from '../connection-test/use-connection-test.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { OptionsForm } from '../options-form/options-form.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import type { DriverFormState } from './use-driver-form.ts';
import { VersionConflict } from './version-conflict.tsx';

interface DriverFormProps<T extends Configured> {
  /** Begins the test ids, and names the permission to test. */
  kind: TestedKind;
  type: DriverType;
  /** Null when it is yet to be added. */
  saved: T | null;
  form: DriverFormState;
  words: { name: string; nameHelp: string; testNothingStored: string; conflictTitle: string };
  commands: { cli: string; api: string };
  /** Under the inputs of options, by their names. */
  extras?: Readonly<Record<string, ReactNode>>;
  /** Below the options of the type. */
  more?: ReactNode;
  /** What of that is compared when somebody else changed it meanwhile. */
  compared?: { fields: readonly OptionField[]; ofCurrent: (current: T) => OptionValues; yours: OptionValues };
  test: TestRequest;
  save: (revision: number | undefined) => Promise<unknown>;
  onChanged: (changed: boolean) => void;
  onReload: (current: T) => void;
  onDone: () => void;
}

/** Name, options, Test Connection and Save, of a host or a storage. */
export function DriverForm<T extends Configured>(props: DriverFormProps<T>) {
  const { kind, type, saved, form, words, onChanged } = props;
  const { t, localized } = useTexts();
  const may = usePermission();
  const { test, run, reset } = useConnectionTest();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorRecord | null>(null);
  const [conflict, setConflict] = useState<T | null>(null);
  const formElement = useRef<HTMLFormElement>(null);
  const steps = useRef<HTMLDivElement>(null);
  const conflictPlace = useRef<HTMLDivElement>(null);
  useEffect(() => onChanged(form.changed), [form.changed, onChanged]);
  useEffect(() => {
    if (test.lines.length > 0 || test.state === 'ended') steps.current?.scrollIntoView({ block: 'nearest' });
  }, [test]);
  useEffect(() => {
    if (conflict) conflictPlace.current?.scrollIntoView({ block: 'nearest' });
  }, [conflict]);

  // What was tested is no longer what would be saved.
  const tested = useRef(form.values);
  useEffect(() => {
    if (tested.current === form.values) return;
    tested.current = form.values;
    reset();
  }, [form.values, reset]);

  // After the next draw, when the fields that are wrong are marked.
  const goToProblem = () =>
    requestAnimationFrame(() => formElement.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());

  const runTest = async () => {
    if (!form.check('options')) return void goToProblem();
    const refused = await run(props.test);
    if (refused && form.refuse(refused)) goToProblem();
  };
  const save = async (revision: number | undefined) => {
    if (busy) return;
    if (!form.check('everything')) return void goToProblem();
    setBusy(true);
    setError(null);
    try {
      await props.save(revision);
      props.onDone();
    } catch (thrown) {
      const refused = toErrorRecord(thrown);
      setBusy(false);
      if (refused instanceof ApiError && refused.code === 'revision_mismatch' && refused.current) {
        setConflict(refused.current as T);
      } else if (form.refuse(refused)) goToProblem();
      else setError(refused);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(saved?.revision);
  };
  const mayTest = may(`${kind}:test`);
  return (
    <form className="stack" ref={formElement} onSubmit={submit} noValidate>
      {type.notice && <Alert type="info" showIcon title={localized(type.notice)} />}
      <NameField kind={kind} words={words} form={form} />
      <OptionsForm
        testId={`${kind}-form`}
        fields={type.options}
        values={form.values}
        problems={form.problems}
        sealed={saved?.sealedOptions ?? []}
        cleared={form.cleared}
        onChange={form.setValue}
        onClear={form.setClear}
        {...(props.extras && { extras: props.extras })}
      />
      {props.more}
      <div ref={conflictPlace} className="form-test">
        {conflict && saved && (
          <VersionConflict
            noun={kind}
            title={words.conflictTitle}
            fields={[...type.options, ...(props.compared?.fields ?? [])]}
            current={{ ...conflict, options: { ...conflict.options, ...props.compared?.ofCurrent(conflict) } }}
            name={form.name.trim()}
            options={{ ...form.options, ...props.compared?.yours }}
            onReload={() => props.onReload(conflict)}
            onOverwrite={() => {
              setConflict(null);
              void save(conflict.revision);
            }}
          />
        )}
      </div>
      {error && <ErrorNotice error={error} testId={`${kind}-form-error`} />}
      <div ref={steps} className="form-test">
        <ConnectionTestSteps kind={kind} test={test} />
      </div>
      <Equivalent {...props.commands} />
      <div className="flow form-actions">
        {mayTest && (
          <Button onClick={runTest} loading={test.state === 'running'} data-testid={`${kind}-test`}>
            {test.state === 'ended' ? t('connectionTest.again') : t('connectionTest.start')}
          </Button>
        )}
        <Button type="primary" htmlType="submit" loading={busy} data-testid={`${kind}-save`}>
          {t('common.save')}
        </Button>
        {mayTest && <span className="field-help">{words.testNothingStored}</span>}
      </div>
    </form>
  );
}

interface NameFieldProps {
  kind: TestedKind;
  words: { name: string; nameHelp: string };
  form: DriverFormState;
}

function NameField({ kind, words, form }: NameFieldProps) {
  const { t } = useTexts();
  const problem = form.problems.get('name');
  const told = (found: FieldProblem) => {
    if (found.code === 'required') return t('optionProblems.required');
    return found.code === 'name_taken' ? t('errors.name_taken.message') : found.message;
  };
  return (
    <Field label={words.name} required help={words.nameHelp} error={problem && told(problem)}>
      {(input) => (
        <Input
          {...input}
          autoFocus
          autoComplete="off"
          maxLength={100}
          {...(problem && { status: 'error' as const })}
          value={form.name}
          onChange={(event) => form.setName(event.target.value)}
          data-testid={`${kind}-form-name`}
        />
      )}
    </Field>
  );
}
