import { App } from 'antd';
import { toErrorRecord } from '../api/problem.ts';
import type { Host } from '../api/resources.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { EditIcon, PlugIcon, SyncIcon, TrashIcon } from '../ui/icons.tsx';
import { syncHost } from './host-api.ts';

export type HostRequest = { kind: 'test' | 'edit' | 'remove'; host: Host };

/** Of these a person needs one at least to have anything to do with a host. */
export const HOST_ACTION_PERMISSIONS = ['host:sync', 'host:test', 'host:update', 'host:delete'] as const;

export function HostActions({ host, onRequest }: { host: Host; onRequest: (request: HostRequest) => void }) {
  const { t, ...texts } = useTexts();
  const may = usePermission();
  const { message } = App.useApp();
  const sync = async () => {
    try {
      await syncHost(host.id);
    } catch (thrown) {
      const { message: what, hint } = texts.error(toErrorRecord(thrown));
      message.error(hint ? `${what} ${hint}` : what);
    }
  };
  const named = (action: string) => `${action}: ${host.name}`;
  return (
    <span className="cell-actions">
      {may('host:sync') && (
        <IconButton
          label={named(t('hosts.sync'))}
          icon={SyncIcon}
          disabled={host.state === 'synchronizing'}
          onClick={() => void sync()}
          testId="host-sync"
        />
      )}
      {may('host:test') && (
        <IconButton
          label={named(t('connectionTest.start'))}
          icon={PlugIcon}
          onClick={() => onRequest({ kind: 'test', host })}
          testId="host-row-test"
        />
      )}
      {may('host:update') && (
        <IconButton
          label={named(t('common.edit'))}
          icon={EditIcon}
          onClick={() => onRequest({ kind: 'edit', host })}
          testId="host-edit"
        />
      )}
      {may('host:delete') && (
        <IconButton
          danger
          label={named(t('hosts.remove'))}
          icon={TrashIcon}
          onClick={() => onRequest({ kind: 'remove', host })}
          testId="host-remove"
        />
      )}
    </span>
  );
}
