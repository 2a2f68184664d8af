import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ResourceKind } from '../api/query-keys.ts';
import { sessionQuery } from '../session/session-api.ts';
import { applyChanges } from './apply-changes.ts';
import { connectToStream } from './connect.ts';
import { setConnectionState } from './connection-state.ts';
import { createRefresher } from './refresher.ts';

const LIVE_KINDS: readonly ResourceKind[] = [
  'instances',
  'hosts',
  'operations',
  'access-keys',
  'users',
  'sessions',
  'simulated-clouds',
  'storages',
  'channels',
  'channel-deliveries',
  'storage-usage',
  'objects',
  'plans',
  'runs',
  'drills',
  'backups',
  'restores',
  'repositories',
  'system',
  'secret-key',
];

/** Keeps everything that is cached in step with the server for as long as somebody is signed in. */
export function useLiveData(): void {
  const client = useQueryClient();
  useEffect(() => {
    const refresh = createRefresher(
      (kind) => void client.invalidateQueries({ queryKey: [kind] }),
      setTimeout,
      Date.now,
    );
    const leave = connectToStream((message) => {
      switch (message.type) {
        case 'changes':
          refresh(applyChanges(client, message.changes));
          return;
        case 'hello':
        case 'reset':
          setConnectionState({ kind: 'open' });
          // What happened while nobody listened is in no event that we will get.
          for (const kind of LIVE_KINDS) void client.invalidateQueries({ queryKey: [kind] });
          return;
        case 'state':
          if (message.state !== 'lost') return;
          setConnectionState({ kind: 'lost', since: Date.now() });
          // The stream does not say why it ended; a session that has ended is told apart by asking.
          void client.invalidateQueries(sessionQuery);
      }
    });
    return () => {
      leave();
      setConnectionState({ kind: 'connecting' });
    };
  }, [client]);
}
