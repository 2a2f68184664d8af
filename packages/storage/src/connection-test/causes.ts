/** Why a step of Test Connection fails, by the code of its error; what to do is the error's own hint. */
export const CAUSES: Readonly<Record<string, string>> = {
  unknown_access_key: 'There is no such Access Key ID: mistyped, deleted or deactivated.',
  invalid_signature: 'The Secret Access Key does not belong to this Access Key ID.',
  login_refused: 'The user name, password or key is not accepted.',
  clock_skew: 'The clocks of this machine and of the storage differ by more than requests allow.',
  permission_denied: 'The key is right, but may not do this.',
  account_problem: 'The account is suspended or owes money.',
  bucket_not_found: 'The bucket does not exist, is in another zone, or the key may not see it.',
  wrong_zone: 'The bucket exists, but in another zone than the one that is set.',
  storage_unreachable: 'No connection could be made: a wrong endpoint, a firewall, or no way out to the network.',
  storage_untrusted: 'Who answers cannot prove to be the storage.',
  storage_timeout: 'The storage did not answer in time.',
  storage_unavailable: 'The storage had a fault of its own.',
  throttled: 'More requests were sent than the storage allows.',
  storage_full: 'There is no space left.',
  unexpected_answer: 'Something answered, but not this kind of storage: a web page, a proxy or another service.',
  egress_forbidden:
    'The endpoint leads to an address that Sampan does not call, such as the metadata service of a cloud.',
  corrupted_download: 'What was read back is not what was written.',
  corrupted_upload: 'What arrived is not what was sent.',
  credentials_not_found: 'Environment Auth is set, but the environment holds no keys.',
};
