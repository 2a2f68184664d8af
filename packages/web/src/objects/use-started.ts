import { App } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import { setDrawerOpen } from '../operations/drawer-state.ts';

/** Tells that operations were started; where there is room beside the page, their progress is shown. */
export function useStarted(): (count: number) => void {
  const { t } = useTexts();
  const { message } = App.useApp();
  return (count) => {
    if (matchMedia('(min-width: 1001px)').matches) setDrawerOpen(true);
    else message.info(t('objects.started', { count }));
  };
}
