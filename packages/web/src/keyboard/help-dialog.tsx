import { Modal } from 'antd';
import { Fragment } from 'react';
import { useTexts } from '../i18n/use-texts.tsx';
import './help-dialog.css';

const ROWS = [
  { text: 'search', keys: ['/'] },
  { text: 'goOverview', keys: ['g v'] },
  { text: 'goInstances', keys: ['g i'] },
  { text: 'goHosts', keys: ['g h'] },
  { text: 'goStorages', keys: ['g s'] },
  { text: 'goPlans', keys: ['g b'] },
  { text: 'goOperations', keys: ['g o'] },
  { text: 'openOperations', keys: ['o'] },
  { text: 'nextRow', keys: ['j', '↓'] },
  { text: 'previousRow', keys: ['k', '↑'] },
  { text: 'openRow', keys: ['Enter'] },
  { text: 'selectRow', keys: ['x'] },
  { text: 'folderUp', keys: ['Backspace'] },
  { text: 'upload', keys: ['u'] },
  { text: 'deleteObjects', keys: ['Delete'] },
  { text: 'closePanel', keys: ['Esc'] },
  { text: 'help', keys: ['?'] },
] as const;

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Modal open title={t('keyboard.title')} footer={null} onCancel={onClose} width={420}>
      <dl className="shortcut-list" data-testid="keyboard-help">
        {ROWS.map(({ text, keys }) => (
          <Fragment key={text}>
            <dt>{t(`keyboard.${text}`)}</dt>
            <dd>
              {keys.map((sequence, at) => (
                <Fragment key={sequence}>
                  {at > 0 && <span className="quiet"> {t('keyboard.orKey')} </span>}
                  {sequence.split(' ').map((key, position) => (
                    <Fragment key={key}>
                      {position > 0 && <span className="quiet"> {t('keyboard.thenKey')} </span>}
                      <kbd>{key}</kbd>
                    </Fragment>
                  ))}
                </Fragment>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  );
}
