import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { Alert, App, Button, Checkbox, Modal } from 'antd';
import { useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { NewRecoveryKey } from '../api/system-resources.ts';
import { formatExactTime } from '../format/date.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { useSession } from '../session/use-session.tsx';
import { CopyButton } from '../ui/copyable.tsx';
import { keyGroups } from './recovery-key.ts';
import { recoverySheetText } from './recovery-sheet.ts';
import { systemQuery } from './system-api.ts';

interface ShownRecoveryKeyProps {
  made: NewRecoveryKey;
  secretKeyId: string;
  onKept: () => void;
}

/** The one time that a recovery key is shown: who leaves says that it is kept. */
export function ShownRecoveryKey({ made, secretKeyId, onKept }: ShownRecoveryKeyProps) {
  const { t } = useTexts();
  const [isKept, setKept] = useState(false);
  const sheet = useSheet(made, secretKeyId);
  useStayWith();
  return (
    <Modal
      open
      width={600}
      title={t('system.shownTitle')}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" disabled={!isKept} onClick={onKept} data-testid="recovery-key-done">
          {t('system.done')}
        </Button>
      }
    >
      <div className="stack" data-testid="recovery-key-shown">
        <Alert type="warning" showIcon title={t('system.shownText')} />
        <div className="recovery-key">
          <code data-testid="recovery-key-text">
            {keyGroups(made.recoveryKey).map((group) => (
              <span key={group}>{group}</span>
            ))}
          </code>
          <CopyButton text={made.recoveryKey} label={t('system.copyKey')} />
        </div>
        <p className="quiet">{t('system.makeWarning')}</p>
        <div>
          <Button onClick={() => window.print()} data-testid="recovery-key-print">
            {t('system.print')}
          </Button>
        </div>
        <Checkbox checked={isKept} onChange={(event) => setKept(event.target.checked)} data-testid="recovery-key-kept">
          {t('system.isKept')}
        </Checkbox>
      </div>
      {createPortal(<pre className="print-only">{sheet}</pre>, document.body)}
    </Modal>
  );
}

/** Another page, or none, is gone to only by somebody who says so. */
function useStayWith(): void {
  const { t } = useTexts();
  const { modal } = App.useApp();
  // A session that has ended sends away again and again; it is asked once.
  const asked = useRef<Promise<boolean>>(null);
  const ask = () =>
    new Promise<boolean>((resolve) => {
      const answer = (stays: boolean) => {
        asked.current = null;
        resolve(stays);
      };
      void modal.confirm({
        title: t('system.leaveTitle'),
        content: t('system.leaveText'),
        okText: t('system.leave'),
        okButtonProps: { danger: true },
        cancelText: t('system.stay'),
        autoFocusButton: 'cancel',
        onOk: () => answer(false),
        onCancel: () => answer(true),
      });
    });
  useBlocker({
    enableBeforeUnload: true,
    shouldBlockFn: () => {
      asked.current ??= ask();
      return asked.current;
    },
  });
}

function useSheet(made: NewRecoveryKey, secretKeyId: string): string {
  const { t, locale } = useTexts();
  const { user, server } = useSession();
  const { data } = useQuery(systemQuery);
  return recoverySheetText({
    title: t('system.sheetTitle'),
    facts: [
      [t('system.sheetServer'), data?.servers.map(({ name }) => name).join(', ') ?? ''],
      [t('system.sheetAddress'), server.publicUrl ?? location.origin],
      [
        t('system.sheetMade'),
        t('system.madeBy', { time: formatExactTime(made.createdAt, locale), name: user.username }),
      ],
      [t('system.sheetKey'), secretKeyId],
      [t('system.publicHalf'), made.recipient],
    ],
    recoveryKey: made.recoveryKey,
    parts: [
      { title: t('system.sheetWhat'), lines: [t('system.sheetWhatText')] },
      {
        title: t('system.sheetUse'),
        lines: [t('system.sheetSteps.database'), t('system.sheetSteps.start'), t('system.sheetSteps.after')],
      },
    ],
  });
}
