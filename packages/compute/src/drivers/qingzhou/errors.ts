import { SampanError, toSampanError } from '@sampan/driver';
import { QingzhouError } from '@sampan/qingzhou-sdk';
import { EGRESS_FORBIDDEN, type Explanation, explainConnection, explanations } from './explanations.ts';

export function explain(error: QingzhouError): Explanation {
  return error.code === 'cloud_unreachable' ? explainConnection(error.systemCode) : explanations[error.code];
}

/** Our code of an error: the SDK's own, but for what the environment refused before anything was sent. */
export function codeOf(error: QingzhouError): string {
  return error.systemCode === EGRESS_FORBIDDEN ? 'egress_forbidden' : error.code;
}

/** What the texts of an error name, for translation. */
export function errorParameters(error: QingzhouError): Record<string, string | number> {
  const all = {
    action: error.action,
    remoteCode: error.remoteCode,
    httpStatus: error.httpStatus,
    requestId: error.requestId,
    resource: error.resource,
    systemCode: error.systemCode,
  };
  const given = Object.entries(all).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  return Object.fromEntries(given);
}

/** The vendor's error as ours: the same stable code, with cause and remedy as the hint. */
export function fromQingzhou(thrown: unknown): SampanError {
  if (!(thrown instanceof QingzhouError)) return toSampanError(thrown);
  const { cause, remedy } = explain(thrown);
  return new SampanError(codeOf(thrown), thrown.message, {
    hint: `${cause} ${remedy}`,
    retryable: thrown.retryable && codeOf(thrown) === thrown.code,
    parameters: errorParameters(thrown),
    ...(thrown.retryAfterMs !== undefined && { retryAfterMs: thrown.retryAfterMs }),
  });
}
