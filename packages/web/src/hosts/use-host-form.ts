import type { OptionField } from '@sampan/driver';
import { useMemo, useState } from 'react';
import { ApiError, type ErrorRecord, type FieldProblem } from '../api/problem.ts';
import { newId } from '../api/request.ts';
import type { Host, HostType } from '../api/resources.ts';
import { type FormValues, optionsOf, problemsOf, valuesOf } from '../options-form/form-values.ts';
import { serverProblems } from '../options-form/server-problems.ts';

/** The state of the form that adds or edits a host. */
export function useHostForm(type: HostType, host: Host | null) {
  const fields: readonly OptionField[] = type.options;
  const [name, setName] = useState(host?.name ?? '');
  const [values, setValues] = useState<FormValues>(() => valuesOf(fields, host?.options ?? {}));
  const [cleared, setCleared] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [changed, setChanged] = useState(false);
  const [refused, setRefused] = useState<ReadonlyMap<string, FieldProblem>>(new Map());
  // One wish to add a host has one name, however often its button is pressed until it worked.
  const [idempotencyKey] = useState(newId);

  const sealed = useMemo(() => (host?.sealedOptions ?? []).filter((field) => !cleared.has(field)), [host, cleared]);
  const found = useMemo(() => {
    const problems = new Map<string, FieldProblem>(problemsOf(fields, values, sealed));
    if (name.trim() === '') problems.set('name', { field: 'name', code: 'required', message: 'name is needed' });
    return problems;
  }, [fields, values, sealed, name]);

  const forget = (field: string) => {
    setChanged(true);
    setRefused((before) => {
      if (!before.has(field)) return before;
      const rest = new Map(before);
      rest.delete(field);
      return rest;
    });
  };
  return {
    name,
    values,
    cleared,
    changed,
    idempotencyKey,
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
    options: optionsOf(fields, values, host ? { options: host.options, cleared } : undefined),
    /** What is shown at the fields: nothing before the first try, so that nobody is scolded while typing. */
    problems: tried ? new Map([...refused, ...found]) : refused,
    /** Marks what is wrong; true when nothing that matters is. A test needs no name. */
    check(needs: 'everything' | 'options'): boolean {
      setTried(true);
      return needs === 'everything' ? found.size === 0 : [...found.keys()].every((field) => field === 'name');
    },
    /** Takes over what the server found wrong; true when that says all there is to say. */
    refuse(error: ErrorRecord): boolean {
      if (!(error instanceof ApiError)) return false;
      const problems =
        error.code === 'name_taken'
          ? new Map([['name', { field: 'name', code: error.code, message: error.message }]])
          : serverProblems(error.fields, ['name', ...fields.map((field) => field.name)]);
      setRefused(problems);
      return problems.size > 0 && !problems.has('');
    },
  };
}

export type HostForm = ReturnType<typeof useHostForm>;
