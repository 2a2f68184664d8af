import { type ErrorEntry, type ErrorText, errorText } from '@sampan/driver/error-texts';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorRecord } from '../api/problem.ts';
import type { LocalizedText } from '../api/resources.ts';
import { type Language, LOCALES } from './languages.ts';

/** Words that come from the server as codes, and whose translation may be missing in this version of the console. */
export type WordArea =
  | 'accessKeyStates'
  | 'auditResults'
  | 'channelCheckFindings'
  | 'channelChecks'
  | 'checkFindings'
  | 'checkStates'
  | 'checks'
  | 'backupStates'
  | 'changes'
  | 'drillStates'
  | 'findingStates'
  | 'freshness'
  | 'hookMoments'
  | 'lockOwners'
  | 'mirrorStates'
  | 'repositoryStates'
  | 'retentionReasons'
  | 'runReasons'
  | 'fileReasons'
  | 'runStates'
  | 'deliveryReasons'
  | 'deliveryStates'
  | 'hostStates'
  | 'instanceStates'
  | 'leastSeverities'
  | 'noticeSubjects'
  | 'operationKinds'
  | 'operationStates'
  | 'roles'
  | 'severities'
  | 'stepFindings'
  | 'stepStates'
  | 'steps'
  | 'storageCapabilities'
  | 'storageCheckFindings'
  | 'storageChecks'
  | 'storageStates';

function useTextsOfLanguage() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'zh' ? 'zh' : 'en';
  return useMemo(
    () => ({
      t,
      language,
      locale: LOCALES[language],
      /** The translation of a code, or the code itself when it is new to this console. */
      word(area: WordArea, code: string): string {
        const bundle = i18n.getResourceBundle(language, 'translation') as Record<string, Record<string, string>>;
        return bundle[area]?.[code.replaceAll('.', '_')] ?? code;
      },
      /** All texts of an area, for logic that chooses among them. */
      area(area: WordArea): Readonly<Record<string, string>> {
        const bundle = i18n.getResourceBundle(language, 'translation') as Record<string, Record<string, string>>;
        return bundle[area] ?? {};
      },
      error(error: ErrorRecord): ErrorText {
        const bundle = i18n.getResourceBundle(language, 'translation') as { errors: Record<string, ErrorEntry> };
        return errorText(error, language, bundle.errors);
      },
      /** The text that a driver brings in both languages. */
      localized: (text: LocalizedText): string => text[language],
    }),
    [t, i18n, language],
  );
}

export type Texts = ReturnType<typeof useTextsOfLanguage>;

const TextsContext = createContext<Texts | null>(null);

/** Looks the language up once for the whole page: a page of 200 rows asks for texts two thousand times. */
export function TextsProvider({ children }: { children: ReactNode }) {
  return <TextsContext value={useTextsOfLanguage()}>{children}</TextsContext>;
}

/** The texts of the console in the person's language, and what depends on it. */
export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (!texts) throw new Error('texts were asked for outside of TextsProvider');
  return texts;
}
