import { type ReactNode, useId } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';

/** What the input of a field needs to be found by its label and read with its help and error. */
export interface FieldInputProps {
  id: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
  'aria-required'?: true;
}

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  error?: string | null | undefined;
  required?: boolean;
  children: (input: FieldInputProps) => ReactNode;
}

/** A labelled input with its help and its error. */
export function Field({ label, help, error, required, children }: FieldProps) {
  const { t } = useTexts();
  const id = useId();
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={error ? 'field field-wrong' : 'field'}>
      <label className="field-label" htmlFor={id}>
        {label}
        {!required && <span className="field-optional">{t('common.optional')}</span>}
      </label>
      {children({
        id,
        ...(error && { 'aria-invalid': true }),
        ...(describedBy && { 'aria-describedby': describedBy }),
        ...(required && { 'aria-required': true }),
      })}
      {error && (
        <div className="field-error" id={`${id}-error`} role="alert">
          {error}
        </div>
      )}
      {help && (
        <div className="field-help" id={`${id}-help`}>
          {help}
        </div>
      )}
    </div>
  );
}
