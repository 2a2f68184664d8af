import type { QingzhouErrorCode } from '@sampan/qingzhou-sdk';

export interface Explanation {
  cause: string;
  remedy: string;
}

/** Why each failure happens and what to do, from the vendor's own troubleshooting list where it has one. */
export const explanations: Readonly<Record<QingzhouErrorCode, Explanation>> = {
  invalid_signature: {
    cause:
      'The AccessKey Secret is not the one of this AccessKey ID (often a blank copied with it), or the clock of this machine is more than 15 minutes off.',
    remedy:
      'Copy the secret again without blanks around it; set the clock (Linux: sudo ntpdate pool.ntp.org, Windows: w32tm /resync).',
  },
  clock_skew: {
    cause:
      'The clock of this machine and that of the cloud differ by more than 15 minutes; the vendor also reports this as InvalidSignature.',
    remedy:
      'Set the clock (Linux: sudo ntpdate pool.ntp.org, Windows: w32tm /resync), and if it is right, check the AccessKey Secret for blanks.',
  },
  unknown_access_key: {
    cause: 'There is no such AccessKey ID at this endpoint: mistyped, deleted, or of another account or site.',
    remedy:
      'Compare the AccessKey ID with Console → Account Center → AccessKey Management, and the endpoint with your region.',
  },
  access_key_disabled: {
    cause: 'The AccessKey is disabled.',
    remedy: 'Enable it in Console → Account Center → AccessKey Management, or use another one.',
  },
  permission_denied: {
    cause: 'The policy of the sub-account lacks this action, or its resource ARN is too narrow.',
    remedy:
      'Grant the ECS or VPC action in the console (recommended: ECS read-only and instance operations, VPC read-only, monitoring read) and check the resource ARN.',
  },
  address_not_allowed: {
    cause: "The AccessKey's IP allow-list does not hold the public address of this machine.",
    remedy: 'Add the address that this machine shows to the internet to the allow-list of the key.',
  },
  throttled: {
    cause: 'More requests were sent than the vendor allows this key.',
    remedy:
      'Switch on the API cache (qingzhou_cache_ttl), lower the requests per second, or ask the vendor for more QPS.',
  },
  not_found: {
    cause: 'It is not in this region, was deleted, or, for an image, is still in review.',
    remedy: 'Check the id and that the region is the one it was made in.',
  },
  wrong_state: {
    cause: 'The instance is in a state that does not allow this, or another change of it is under way.',
    remedy: 'Wait until the other change has ended, or refresh the instance and look at its state.',
  },
  nonce_used: {
    cause: 'The cloud has received this very request before.',
    remedy: 'Look at the instance to see what came of it.',
  },
  request_expired: {
    cause: 'The change was asked for more than 14 minutes ago; sending it now could do it a second time.',
    remedy: 'Look at the state of the instance and, if it is still wanted, ask for the change anew.',
  },
  quota_exceeded: {
    cause: 'The account has reached a quota.',
    remedy: 'Release what is not needed, or ask the vendor for a higher quota.',
  },
  insufficient_balance: {
    cause: 'The balance of the account does not suffice.',
    remedy: 'Top up the account in the console of the vendor.',
  },
  dry_run_allowed: { cause: 'The request was a question only.', remedy: 'Nothing needs to be done.' },
  invalid_parameter: {
    cause: 'The cloud does not take a value that was sent; the assumed wire format may differ from the real one.',
    remedy: 'Check the values of this host; if they are right, report the code with the request id.',
  },
  unsupported_action: {
    cause: 'The endpoint does not know this action or version; the assumed wire format may differ from the real one.',
    remedy:
      "Check the endpoint and the API profile against the vendor's API reference (Console → Help → API Reference).",
  },
  request_refused: {
    cause: 'The cloud refused with a code that Sampan does not know.',
    remedy: "Look the code up in the vendor's API reference, with the request id at hand.",
  },
  cloud_unavailable: {
    cause: 'The cloud had a fault of its own.',
    remedy: "Try again in a while; if it stays, ask the vendor's support with the request id.",
  },
  cloud_unreachable: {
    cause:
      'No connection could be made, or it broke: a wrong endpoint, no way out to the internet, a firewall or a proxy.',
    remedy: 'Check the endpoint, and from this machine: curl -I <endpoint>.',
  },
  cloud_timeout: {
    cause: 'The cloud did not answer in time.',
    remedy: 'Try again; if it stays, check the network between this machine and the endpoint.',
  },
  unexpected_answer: {
    cause: 'Something answered, but not the API: a web page, a captive portal, a proxy or another service.',
    remedy: 'Check the endpoint: it must be the API gateway (for example https://api.qingzhou.cn), not the console.',
  },
  cancelled: { cause: 'It was cancelled.', remedy: 'Start it again if it is still wanted.' },
};

/** The cause behind a broken connection where the system names it. */
/** Code of the error with which the environment refuses an address. */
export const EGRESS_FORBIDDEN = 'EGRESS_FORBIDDEN';

export function explainConnection(systemCode: string | undefined): Explanation {
  if (systemCode === undefined) return explanations.cloud_unreachable;
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(systemCode)) {
    return {
      cause: 'The name of the endpoint does not resolve: mistyped, or this machine has no working DNS.',
      remedy: 'Check the spelling of the endpoint and the DNS servers of this machine.',
    };
  }
  if (systemCode === EGRESS_FORBIDDEN) {
    return {
      cause: 'The endpoint leads to an address that Sampan does not call, such as the metadata service of a cloud.',
      remedy: 'Give the address of the API itself.',
    };
  }
  if (systemCode === 'ECONNREFUSED') {
    return {
      cause: 'Nothing listens at this address and port.',
      remedy: 'Check host and port of the endpoint; a simulator must be started first.',
    };
  }
  if (/CERT|SIGNED|SSL|TLS|UNABLE_TO/.test(systemCode)) {
    return {
      cause: `The certificate of the endpoint cannot be trusted (${systemCode}).`,
      remedy:
        'Check the endpoint and the clock. Behind a proxy that opens TLS, give its certificate to Node with NODE_EXTRA_CA_CERTS; verification is never switched off.',
    };
  }
  return explanations.cloud_unreachable;
}
