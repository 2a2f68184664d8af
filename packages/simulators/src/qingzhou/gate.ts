import {
  QINGZHOU_CLOCK_WINDOW_MS,
  type QingzhouRefusal,
  type RpcParameters,
  readQingzhouRequest,
  verifyQingzhouSignature,
} from '@sampan/accesskey';
import type { ActionContext, PreparedCall } from './actions/action.ts';
import { actions } from './actions/index.ts';
import { ApiError, invalidParameter, missingParameter } from './errors.ts';
import type { Faults } from './faults.ts';
import type { SimulatedKey } from './options.ts';
import { checkPermission } from './policy.ts';
import type { SimulatorState } from './state.ts';
import type { Throttle } from './throttle.ts';
import { DEFAULT_REGION, regions } from './world.ts';

export const API_VERSION = '2024-06-01';

export interface GateRequest {
  method: string;
  parameters: RpcParameters;
  /** Where the request came from. */
  address: string;
}

export interface Gate {
  keys: ReadonlyMap<string, SimulatedKey>;
  state: SimulatorState;
  faults: () => Faults;
  throttle: Throttle;
  /** Milliseconds that a change of this instance takes. */
  transitionMs: (instanceId: string) => number;
}

function refusal(found: QingzhouRefusal): ApiError {
  switch (found.reason) {
    case 'missing_parameter':
      return missingParameter(found.parameter);
    case 'bad_timestamp':
      return new ApiError('InvalidTimeStamp.Format', 'Timestamp must have the form YYYY-MM-DDThh:mm:ssZ.');
    case 'bad_signature_method':
      return new ApiError('InvalidSignatureMethod', 'SignatureMethod must be HMAC-SHA1 or HMAC-SHA256, version 1.0.');
    case 'malformed_signature':
      return new ApiError('IncompleteSignature', 'Signature is not a signature of this method.');
    case 'clock_skew':
      return new ApiError('InvalidTimeStamp.Expired', 'Timestamp differs from our clock by more than 15 minutes.');
  }
}

/** Names of what was signed, in order; never the values: passwords are among them. */
function signatureMismatch(method: string, parameters: RpcParameters): ApiError {
  const names = Object.keys(parameters)
    .filter((name) => name !== 'Signature')
    .sort();
  return new ApiError(
    'InvalidSignature',
    `The signature does not match. Signed were ${method}, then: ${names.join(', ')}.`,
  );
}

/**
 * All checks of one signed call and then its effect, in the contract's order: parameters, clock, key, signature, nonce,
 * address, throttle, permission, existence, state. Throws `ApiError`. Synchronous, so that it is one transaction.
 */
export function performCall(
  gate: Gate,
  { method, parameters, address }: GateRequest,
  now: number,
): Record<string, unknown> {
  const cloudTime = now + gate.faults().skewMs();
  const name = parameters.Action ?? '';
  const signing = readQingzhouRequest(parameters, cloudTime);
  if (!signing.ok && signing.reason !== 'clock_skew') throw refusal(signing);
  if (!parameters.Version) throw missingParameter('Version');
  if (parameters.Version !== API_VERSION) throw invalidParameter('Version', `it must be ${API_VERSION}`);
  const action = actions.get(name);
  if (!action) throw new ApiError('InvalidAction.NotFound', 'There is no such action.');
  const regionId = parameters.RegionId || DEFAULT_REGION;
  const call: PreparedCall = action.prepare(parameters, regionId);
  if (!signing.ok) throw refusal(signing);

  const key = gate.keys.get(signing.accessKeyId);
  if (!key) throw new ApiError('InvalidAccessKeyId.NotFound', 'There is no such AccessKey.');
  if (key.disabled) throw new ApiError('InvalidAccessKeyId.Inactive', 'This AccessKey is disabled.');
  if (!verifyQingzhouSignature(method, parameters, key.accessKeySecret)) throw signatureMismatch(method, parameters);
  const expires = Math.max(cloudTime, signing.timestamp) + QINGZHOU_CLOCK_WINDOW_MS;
  if (!gate.state.useNonce(key.accessKeyId, signing.nonce, expires, cloudTime)) {
    throw new ApiError('SignatureNonceUsed', 'This nonce was used before.');
  }
  if (key.allowedAddresses && !key.allowedAddresses.includes(address)) {
    throw new ApiError('IpNotAllowed', `The address ${address} may not use this AccessKey.`);
  }
  if (gate.faults().strike('throttle', name)) throw new ApiError('Throttling', 'Throttled on demand.', 1);
  gate.throttle.take(key.accessKeyId, now);
  checkPermission(key, action.permission, call.resources);
  const broken = gate.faults().strike('error', name);
  if (broken?.code) throw new ApiError(broken.code, 'Failed on demand.');
  if (action.needsRegion && !regions.some((region) => region.regionId === regionId)) {
    throw new ApiError('InvalidRegionId.NotFound', `There is no region ${regionId}.`);
  }
  const context: ActionContext = {
    state: gate.state,
    regionId,
    now,
    dueAt: (id) => (gate.faults().strike('stuck', name) ? null : now + gate.transitionMs(id)),
  };
  return call.run(context);
}
