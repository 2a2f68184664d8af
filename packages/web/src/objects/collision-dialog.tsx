import { Button, Modal } from 'antd';
import { useTexts } from '../i18n/use-texts.tsx';
import type { Collision } from './use-upload.tsx';

const SHOWN = 8;

/** Asks once what shall become of objects that exist already. */
export function CollisionDialog({ collision, prefix }: { collision: Collision; prefix: string }) {
  const { t } = useTexts();
  const { existing, decide } = collision;
  const count = existing.length;
  return (
    <Modal
      open
      title={t('objects.collisionTitle', { count })}
      onCancel={() => decide('cancel')}
      footer={
        <div className="flow dialog-buttons">
          <Button onClick={() => decide('cancel')}>{t('common.cancel')}</Button>
          <Button autoFocus onClick={() => decide('skip')} data-testid="collision-skip">
            {t('objects.skip')}
          </Button>
          <Button type="primary" danger onClick={() => decide('replace')} data-testid="collision-replace">
            {t('objects.replace')}
          </Button>
        </div>
      }
    >
      <div className="stack" data-testid="collision-dialog">
        <p>{t('objects.collisionText', { count })}</p>
        <ul className="name-list mono">
          {existing.slice(0, SHOWN).map((key) => (
            <li key={key}>{key.slice(prefix.length)}</li>
          ))}
        </ul>
        {count > SHOWN && <p className="quiet">{t('objects.collisionMore', { count: count - SHOWN })}</p>}
      </div>
    </Modal>
  );
}
