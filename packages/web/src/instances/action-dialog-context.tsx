import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Instance } from '../api/resources.ts';
import { ActionDialog } from './action-dialog.tsx';
import type { InstanceAction } from './instance-actions.ts';

type Ask = (action: InstanceAction, instances: readonly Instance[]) => void;

const ActionDialogContext = createContext<Ask>(() => undefined);

/** One dialog for the whole page; rows and panels only say what they want done. */
export function ActionDialogProvider({ children, onDone }: { children: ReactNode; onDone?: () => void }) {
  const [asked, setAsked] = useState<{ action: InstanceAction; instances: readonly Instance[] } | null>(null);
  const ask = useMemo<Ask>(() => (action, instances) => setAsked({ action, instances }), []);
  return (
    <ActionDialogContext value={ask}>
      {children}
      {asked && <ActionDialog {...asked} onClose={() => setAsked(null)} {...(onDone && { onDone })} />}
    </ActionDialogContext>
  );
}

export function useActionDialog(): Ask {
  return useContext(ActionDialogContext);
}
