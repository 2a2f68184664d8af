import { dryRunInstanceChange, type InstanceChange, listInstances, QingzhouError } from '@sampan/qingzhou-sdk';
import type { ConnectionTest } from './index.ts';
import { type Finding, failed, passed } from './steps.ts';

/** In this state the change is impossible anyway, so nothing happens even if the cloud ignores the dry run. */
const HARMLESS: Readonly<Record<InstanceChange, 'running' | 'stopped'>> = {
  start: 'running',
  stop: 'stopped',
  restart: 'stopped',
};

function notTestable(action: string, message: string, remedy: string): Finding {
  return {
    state: 'warning',
    code: 'not_testable',
    message,
    cause: `Whether ${action} is allowed can only be asked about an instance, and without risk only about some.`,
    remedy,
    parameters: { action },
  };
}

async function instanceToAskAbout(
  { client, options, signal }: ConnectionTest,
  kind: InstanceChange,
): Promise<string | null> {
  const words = Object.entries(client.profile.instanceStates);
  const remoteState = words.find(([, state]) => state === HARMLESS[kind])?.[0];
  const trusted = client.isSimulated() === true || client.profile.dryRun?.trust === 'verified';
  for (const filter of trusted ? [{ remoteState }, {}] : [{ remoteState }]) {
    for await (const page of listInstances(client, { ...filter, networkId: options.vpcId }, signal)) {
      // The filter is the vendor's; what is harmless we check ourselves.
      const fitting = page.find((each) => trusted || each.state === HARMLESS[kind]);
      if (fitting) return fitting.id;
      break;
    }
  }
  return null;
}

/**
 * Whether the key may start, stop or restart, asked with the vendor's dry run on an instance where nothing can happen.
 * "Not in this state" is a yes: the vendor decides about the state after the permission.
 */
export async function checkChange(test: ConnectionTest, kind: InstanceChange): Promise<Finding> {
  const { client, signal } = test;
  const { action } = client.profile[kind];
  if (!client.profile.dryRun) {
    return notTestable(
      action,
      `Whether ${action} is allowed cannot be asked without doing it.`,
      'Try it on an instance.',
    );
  }
  const id = await instanceToAskAbout(test, kind);
  if (id === null) {
    return notTestable(
      action,
      `There is no ${HARMLESS[kind]} instance to ask about ${action} without risk.`,
      `Try it on an instance, or test again when one is ${HARMLESS[kind]}.`,
    );
  }
  try {
    await dryRunInstanceChange(client, kind, id, signal);
  } catch (error) {
    if (!(error instanceof QingzhouError)) throw error;
    if (error.code === 'dry_run_allowed' || error.code === 'wrong_state') {
      return passed(`${action} is allowed (asked about ${id})`, { action, id });
    }
    if (error.code === 'permission_denied') return failed(error);
    return { ...failed(error, 'warning'), code: 'not_testable' };
  }
  return notTestable(
    action,
    `${action} was accepted although it was only asked about: this cloud does not know the dry run.`,
    `Look at the instance ${id}, and report this: the profile must be corrected.`,
  );
}
