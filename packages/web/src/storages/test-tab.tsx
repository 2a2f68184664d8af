import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { DeepTest } from './deep-test.tsx';
import { SavedTest, useSavedTest } from './saved-test.tsx';
import { hasObjects } from './storage-place.ts';

export function TestTab({ storage }: { storage: Storage }) {
  const { t } = useTexts();
  const test = useSavedTest(storage.id);
  return (
    <div className="stack" data-testid="test-tab">
      <section className="card stack" aria-labelledby="connection-test">
        <h2 id="connection-test">{t('connectionTest.start')}</h2>
        <SavedTest test={test} />
      </section>
      {hasObjects(storage) && <DeepTest storage={storage} />}
    </div>
  );
}
