import { Drawer } from 'antd';
import { useEffect } from 'react';
import type { Storage } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { SavedTest, useSavedTest } from './saved-test.tsx';

/** Tests a storage as it is saved. */
export function TestDrawer({ storage, onClose }: { storage: Storage; onClose: () => void }) {
  const { t } = useTexts();
  const test = useSavedTest(storage.id);
  const { run } = test;
  useEffect(run, [run]);
  return (
    <Drawer open size={520} title={t('storages.testTitle', { name: storage.name })} onClose={onClose}>
      <SavedTest test={test} />
    </Drawer>
  );
}
