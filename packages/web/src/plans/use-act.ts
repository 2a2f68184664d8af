import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useCallback, useState } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import type { ResourceKind } from '../api/query-keys.ts';
import { useTexts } from '../i18n/use-texts.tsx';

/** Does something that a click asked for; a refusal is shown as a message. `busy` names what is under way. */
export function useAct(kinds: readonly ResourceKind[]) {
  const texts = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const act = useCallback(
    async (name: string, action: () => Promise<unknown>, done?: string): Promise<boolean> => {
      setBusy(name);
      try {
        await action();
        if (done) message.success(done);
        for (const kind of kinds) void client.invalidateQueries({ queryKey: [kind] });
        return true;
      } catch (thrown) {
        const { message: what, hint } = texts.error(toErrorRecord(thrown));
        message.error(hint ? `${what} ${hint}` : what);
        return false;
      } finally {
        setBusy(null);
      }
    },
    [texts, message, client, kinds],
  );
  return { act, busy };
}
