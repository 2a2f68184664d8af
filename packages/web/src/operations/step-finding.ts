/** What a step may say, as a sentence of the server's, and the text for it. */
const SENTENCES = {
  storageFails: /^the storage fails and is tried again: (?<reason>.+)$/s,
  storageAway: /^waits (?<seconds>\d+) s for the storage: (?<reason>.+)$/s,
  lockHeld: /^waits for the (?:exclusive )?lock of process (?<pid>\d+) on (?<host>.+), since \S+$/,
  otherBackups: /^waits for other backups of this computer$/,
  repositoryMade: /^waits for the repository to be made$/,
  ownDatabase: /^copies Sampan’s own database$/,
  appendOnly: /^append-only: nothing is deleted$/,
  letsGo: /^lets (?<gone>\d+) of (?<all>\d+) backups go$/,
  webHook: /^Web hook \((?<moment>\w+)\)$/,
  command: /^Command (?<command>.+) \((?<moment>\w+)\)$/s,
  listing: /^(?<done>\d+)\/(?<all>\d+): (?<number>\d+)$/,
} as const;

/** What a number alone counts, by the step that says it. */
const COUNTED = {
  index: 'files',
  retention: 'backupsGone',
  measure: 'objects',
  survey: 'objects',
  cleanup: 'objects',
} as const;

type StepText = keyof typeof SENTENCES | (typeof COUNTED)[keyof typeof COUNTED];

/** Which text says what a step said, and with what in it; null for what is shown as it is. */
export function stepText(step: string, message: string): { text: StepText; values: Record<string, string> } | null {
  if (/^\d+$/.test(message)) {
    if (!Object.hasOwn(COUNTED, step)) return null;
    return { text: COUNTED[step as keyof typeof COUNTED], values: { number: message } };
  }
  for (const [text, pattern] of Object.entries(SENTENCES)) {
    const found = pattern.exec(message);
    if (found) return { text: text as StepText, values: { ...found.groups } };
  }
  return null;
}
