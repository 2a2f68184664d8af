import type { ConnectionCheck as CheckLine } from '@sampan/driver';
import { fill } from '@sampan/driver/error-texts';
import type { Language } from '../i18n/languages.ts';

/**
 * What to show beside a step of Test Connection. The driver writes English with the particulars; other languages get the
 * translation of what was found, or for a failure nothing here: its explanation below says it.
 */
export function checkMessage(line: CheckLine, language: Language, findings: Readonly<Record<string, string>>): string {
  if (language === 'en') return line.message;
  if (line.state === 'skipped') return findings.skipped ?? line.message;
  // A step may find one of two things, told apart by the values that it brings.
  const templates = line.state === 'passed' ? [findings[line.name], findings[`${line.name}_otherwise`]] : [];
  for (const template of templates) {
    const filled = template === undefined ? null : fill(template, line.parameters ?? {});
    if (filled !== null) return filled;
  }
  return line.state === 'passed' || line.code === undefined ? line.message : '';
}
