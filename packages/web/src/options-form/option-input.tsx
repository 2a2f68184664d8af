import type { OptionField } from '@sampan/driver';
import { AutoComplete, Button, Input, Select, Switch } from 'antd';
import type { ReactNode } from 'react';
import type { FieldProblem } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { Field, type FieldInputProps } from '../ui/field.tsx';
import { bytesText, isThreefold } from './form-values.ts';
import { problemKey } from './problem-text.ts';

interface OptionInputProps {
  testId: string;
  /** Under the input, e.g. what helps to fill it. */
  extra?: ReactNode;
  field: OptionField;
  value: string | boolean;
  problem: FieldProblem | undefined;
  sealed: boolean;
  cleared: boolean;
  onChange: (value: string | boolean) => void;
  onClear: (clear: boolean) => void;
}

/** One field of an options schema: label, help, input, problem. */
export function OptionInput(props: OptionInputProps) {
  const { field, problem, sealed, cleared } = props;
  const { t, localized } = useTexts();
  const key = problem && problemKey(problem, field);
  const error =
    problem &&
    (key
      ? t(`optionProblems.${key}`, {
          minimum: shownNumber(field, field.minimum),
          maximum: shownNumber(field, field.maximum),
          maximumLength: field.maximumLength ?? 1024,
        })
      : problem.message);
  const input = (
    <Field
      label={localized(field.label)}
      help={field.help && localized(field.help)}
      error={error}
      required={Boolean(field.required && field.default === undefined)}
    >
      {(attributes) => (
        <>
          <Control {...props} input={attributes} />
          {sealed && (
            <div className="flow field-help">
              {cleared ? t('driverForm.secretWillBeCleared') : t('driverForm.secretSet')}
              {!field.required && (
                <Button type="link" size="small" onClick={() => props.onClear(!cleared)}>
                  {cleared ? t('driverForm.keepSecret') : t('driverForm.clearSecret')}
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </Field>
  );
  if (!props.extra) return input;
  return (
    <div className="field">
      {input}
      {props.extra}
    </div>
  );
}

function shownNumber(field: OptionField, value: number | undefined): string {
  if (value === undefined) return '';
  return field.kind === 'bytes' ? bytesText(value) : String(value);
}

/** A certificate or a key is many lines, which a field of one line would join. */
const MANY_LINES = 4097;

function Control({ testId, field, value, onChange, sealed, input }: OptionInputProps & { input: FieldInputProps }) {
  const { t, localized } = useTexts();
  const status = input['aria-invalid'] ? ('error' as const) : undefined;
  const text = typeof value === 'string' ? value : String(value);
  const placeholder =
    field.placeholder ??
    (field.default === undefined
      ? undefined
      : t('optionsForm.defaultIs', {
          value: field.kind === 'bytes' ? bytesText(Number(field.default)) : String(field.default),
        }));
  const shared = {
    ...input,
    value: text,
    ...(placeholder && { placeholder }),
    ...(status && { status }),
    'data-testid': testId,
  };

  if (isThreefold(field)) {
    const options = [
      { value: 'true', label: t('common.yes') },
      { value: 'false', label: t('common.no') },
    ];
    return (
      <Select
        {...shared}
        allowClear
        value={text === '' ? undefined : text}
        placeholder={t('optionsForm.automatic')}
        options={options}
        onChange={(next?: string) => onChange(next ?? '')}
      />
    );
  }
  if (field.kind === 'boolean') {
    return (
      <div>
        <Switch {...input} checked={value === true} onChange={onChange} data-testid={testId} />
      </div>
    );
  }
  if ((field.maximumLength ?? 0) >= MANY_LINES) {
    return (
      <Input.TextArea
        {...shared}
        autoSize={{ minRows: 2, maxRows: 8 }}
        className="mono"
        autoComplete="off"
        spellCheck={false}
        placeholder={sealed ? '••••••••' : placeholder}
        onChange={(event) => onChange(event.target.value)}
        // Files end with a line break, which is no part of what is meant.
        onBlur={() => text !== text.trim() && onChange(text.trim())}
      />
    );
  }
  if (field.kind === 'secret') {
    return (
      <Input.Password
        {...shared}
        // The browser must neither offer a person's own password here nor store the key of a cloud.
        autoComplete="new-password"
        spellCheck={false}
        placeholder={sealed ? '••••••••' : placeholder}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  if (field.choices) {
    const options = field.choices.map((choice) => ({ value: choice.value, label: localized(choice.label) }));
    if (field.openEnded) {
      return (
        <AutoComplete
          {...shared}
          allowClear
          placeholder={placeholder ?? t('optionsForm.chooseOrType')}
          options={options.map(({ value, label }) => ({
            value,
            label: label === value ? value : `${value} · ${label}`,
          }))}
          onChange={(next?: string) => onChange(next ?? '')}
        />
      );
    }
    return (
      <Select
        {...shared}
        allowClear
        value={text === '' ? undefined : text}
        options={options}
        onChange={(next?: string) => onChange(next ?? '')}
      />
    );
  }
  return (
    <Input
      {...shared}
      inputMode={field.kind === 'integer' ? 'numeric' : field.kind === 'url' ? 'url' : 'text'}
      autoComplete="off"
      spellCheck={false}
      autoCapitalize="none"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
