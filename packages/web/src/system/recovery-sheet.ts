import { keyGroups } from './recovery-key.ts';

export interface RecoverySheet {
  title: string;
  /** What each is called, and what it is. */
  facts: readonly (readonly [name: string, value: string])[];
  recoveryKey: string;
  parts: readonly { title: string; lines: readonly string[] }[];
}

/** What is printed, as plain text. Blanks in a key do not matter where it is typed in. */
export function recoverySheetText({ title, facts, recoveryKey, parts }: RecoverySheet): string {
  const [prefix = '', ...groups] = keyGroups(recoveryKey);
  return [
    title,
    '',
    ...facts.map(([name, value]) => `${name}: ${value}`),
    '',
    `    ${prefix}`,
    `    ${groups.join(' ')}`,
    ...parts.flatMap((part) => ['', part.title, '', ...part.lines]),
    '',
  ].join('\n');
}
