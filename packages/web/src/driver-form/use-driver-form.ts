import type { OptionField, OptionValue } from '@sampan/driver';
import { useMemo, useState } from 'react';
import { ApiError, type ErrorRecord, type FieldProblem } from '../api/problem.ts';
import { newId } from '../api/request.ts';
import type { Configured, OptionsInput } from '../api/resources.ts';
import { type FormValues, optionsOf, problemsOf, valuesOf } from '../options-form/form-values.ts';
import { serverProblems } from '../options-form/server-problems.ts';

/** What stands in the form beside the options of the type, e.g. limits. */
export interface MoreFields {
  fields: readonly OptionField[];
  stored: Readonly<Record<string, OptionValue>>;
}

const NOTHING_MORE: MoreFields = { fields: [], stored: {} };

/** The state of the form that adds or edits a host or a storage. */
export function useDriverForm(
  fields: readonly OptionField[],
  saved: Pick<Configured, 'name' | 'options' | 'sealedOptions'> | null,
  more: MoreFields = NOTHING_MORE,
) {
  const all = useMemo(() => [...fields, ...more.fields], [fields, more.fields]);
  const [name, setName] = useState(saved?.name ?? '');
  const [values, setValues] = useState<FormValues>(() => valuesOf(all, { ...saved?.options, ...more.stored }));
  const [cleared, setCleared] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [changed, setChanged] = useState(false);
  const [refused, setRefused] = useState<ReadonlyMap<string, FieldProblem>>(new Map());
  // One wish to add something has one name, however often its button is pressed until it worked.
  const [idempotencyKey] = useState(newId);

  const sealed = useMemo(() => (saved?.sealedOptions ?? []).filter((field) => !cleared.has(field)), [saved, cleared]);
  const found = useMemo(() => {
    const problems = new Map<string, FieldProblem>(problemsOf(all, values, sealed));
    if (name.trim() === '') problems.set('name', { field: 'name', code: 'required', message: 'name is needed' });
    return problems;
  }, [all, values, sealed, name]);

  const forget = (field: string) => {
    setChanged(true);
    setRefused((before) => {
      if (!before.has(field)) return before;
      const rest = new Map(before);
      rest.delete(field);
      return rest;
    });
  };
  const options: OptionsInput = optionsOf(fields, values, saved ? { options: saved.options, cleared } : undefined);
  return {
    name,
    values,
    cleared,
    changed,
    idempotencyKey,
    options,
    setName(next: string) {
      setName(next);
      forget('name');
    },
    setValue(field: string, value: string | boolean) {
      setValues((before) => ({ ...before, [field]: value }));
      forget(field);
    },
    setClear(field: string, clear: boolean) {
      const next = new Set(cleared);
      if (clear) next.add(field);
      else next.delete(field);
      setCleared(next);
      forget(field);
    },
    /** What is shown at the fields: nothing before the first try, so that nobody is scolded while typing. */
    problems: tried ? new Map([...refused, ...found]) : refused,
    /** Marks what is wrong; true when nothing that matters is. A test needs the options alone. */
    check(needs: 'everything' | 'options'): boolean {
      setTried(true);
      if (needs === 'everything') return found.size === 0;
      return fields.every((field) => !found.has(field.name));
    },
    /** Takes over what the server found wrong; true when that says all there is to say. */
    refuse(error: ErrorRecord): boolean {
      if (!(error instanceof ApiError)) return false;
      const problems =
        error.code === 'name_taken'
          ? new Map([['name', { field: 'name', code: error.code, message: error.message }]])
          : serverProblems(error.fields, ['name', ...all.map((field) => field.name)]);
      setRefused(problems);
      return problems.size > 0 && !problems.has('');
    },
  };
}

export type DriverFormState = ReturnType<typeof useDriverForm>;
