import type { OptionField } from '@sampan/driver';
import type { ReactNode } from 'react';
import type { FieldProblem } from '../api/problem.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import type { FormValues } from './form-values.ts';
import { OptionInput } from './option-input.tsx';

interface OptionsFormProps {
  /** Begins the test ids of the inputs. */
  testId: string;
  fields: readonly OptionField[];
  values: FormValues;
  onChange: (name: string, value: string | boolean) => void;
  problems: ReadonlyMap<string, FieldProblem>;
  /** Secrets that are stored: a blank field keeps them. */
  sealed: readonly string[];
  cleared: ReadonlySet<string>;
  onClear: (name: string, clear: boolean) => void;
  /** Under the inputs, by the names of their fields. */
  extras?: Readonly<Record<string, ReactNode>>;
}

/** A form made from an options schema alone; what is for the few is under "Advanced". */
export function OptionsForm(props: OptionsFormProps) {
  const { t } = useTexts();
  const inputs = (fields: readonly OptionField[]) =>
    fields.map((field) => (
      <OptionInput
        key={field.name}
        testId={`${props.testId}-${field.name}`}
        extra={props.extras?.[field.name]}
        field={field}
        value={props.values[field.name] ?? ''}
        problem={props.problems.get(field.name)}
        sealed={props.sealed.includes(field.name)}
        cleared={props.cleared.has(field.name)}
        onChange={(value) => props.onChange(field.name, value)}
        onClear={(clear) => props.onClear(field.name, clear)}
      />
    ));
  const advanced = props.fields.filter((field) => field.advanced);
  return (
    <>
      {inputs(props.fields.filter((field) => !field.advanced))}
      {advanced.length > 0 && (
        // A problem in a field that is folded away would be a form that cannot be sent for no visible reason.
        <details className="advanced" open={advanced.some((field) => props.problems.has(field.name)) || undefined}>
          <summary>{t('common.advanced')}</summary>
          <div className="stack advanced-fields">{inputs(advanced)}</div>
        </details>
      )}
    </>
  );
}
