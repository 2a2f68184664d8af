import { useQuery } from '@tanstack/react-query';
import { toErrorRecord } from '../api/problem.ts';
import { systemCommands } from '../commands/system-commands.ts';
import { useTexts } from '../i18n/use-texts.tsx';
import { usePermission } from '../session/use-session.tsx';
import { Equivalent } from '../ui/equivalent.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { RecoveryKeySection } from './recovery-key-section.tsx';
import { SecretKeySection } from './secret-key-section.tsx';
import { ServersSection } from './servers-section.tsx';
import { lastRotationQuery, secretKeyQuery, systemQuery } from './system-api.ts';
import '../plans/plans.css';
import './system.css';

/** Servers come and go without an event. */
const LOOK_AGAIN_MS = 10_000;

/** Sampan itself: its servers, and the keys that its secrets depend on. */
export function SystemPage() {
  const { t } = useTexts();
  const may = usePermission();
  const system = useQuery({ ...systemQuery, refetchInterval: LOOK_AGAIN_MS });
  const mayReadKey = may('secret_key:read');
  const secretKey = useQuery({ ...secretKeyQuery, enabled: mayReadKey });
  const change = useQuery({ ...lastRotationQuery, enabled: mayReadKey });
  // All at once, so that nothing is pushed down by what comes later.
  const isComplete = system.data && (!mayReadKey || (secretKey.data && !change.isPending));
  return (
    <div className="system-page">
      <PageHeader title={t('system.title')} />
      {system.error && <ErrorNotice error={toErrorRecord(system.error)} onRetry={() => system.refetch()} />}
      <ServersSection system={system.data} />
      {secretKey.error && <ErrorNotice error={toErrorRecord(secretKey.error)} onRetry={() => secretKey.refetch()} />}
      {isComplete && secretKey.data && (
        <>
          <SecretKeySection
            secretKey={secretKey.data}
            serverCount={system.data.servers.length}
            operation={change.data?.items[0]}
          />
          <RecoveryKeySection secretKey={secretKey.data} />
        </>
      )}
      {isComplete && (
        <Equivalent
          {...systemCommands(
            { system: system.data, mayTakeOver: may('system:take_over'), secretKey: secretKey.data },
            location.origin,
          )}
        />
      )}
    </div>
  );
}
