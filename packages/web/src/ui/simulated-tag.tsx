import { useTexts } from '../i18n/use-texts.tsx';

/** Marks what comes from a simulator, wherever it appears, so that nobody takes it for a real machine. */
export function SimulatedTag() {
  const { t } = useTexts();
  return (
    <span className="chip chip-simulated chip-plain" title={t('common.simulatedHelp')}>
      {t('common.simulated')}
    </span>
  );
}
