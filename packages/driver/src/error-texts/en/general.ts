import type { ErrorEntry } from '../entry.ts';

export const generalErrors = {
  invalid_request: { message: 'The request is not valid.', hint: 'Correct the fields that are marked.' },
  not_signed_in: { message: 'You are not signed in.', hint: 'Sign in and try again.' },
  wrong_credentials: { message: 'The username or the password is wrong.', hint: 'Check both, and the caps lock key.' },
  account_locked: {
    message: 'Too many failed attempts.',
    detailed: 'Too many failed attempts. Try again in {seconds} seconds.',
    hint: 'Wait, then try again. An administrator can set a new password.',
  },
  permission_denied_here: {
    message: 'You may not do this.',
    detailed: 'You may not do this: the permission {permission} is missing.',
    hint: 'Ask an administrator for another role.',
  },
  not_found: { message: 'This does not exist, or no longer.', hint: 'Load the list again.' },
  revision_mismatch: {
    message: 'Somebody else changed this meanwhile.',
    hint: 'Look at the current version, then decide which one stays.',
  },
  name_taken: { message: 'This name is taken.', hint: 'Choose another name.' },
  idempotency_mismatch: {
    message: 'The same request name was used for another request.',
    hint: 'Load the page again and repeat what you did.',
  },
  invalid_pattern: { message: 'This is no pattern of keys.', hint: 'Use *, ** and ?, e.g. photos/**/*.jpg.' },
  simulator_failed: {
    message: 'The simulated cloud did not start.',
    hint: 'Look at the log of the server, then try again.',
  },
  idempotency_in_progress: { message: 'The same request is still being worked on.', hint: 'Wait a moment.' },
  wrong_state: {
    message: 'This is not possible in the present state.',
    detailed: 'This is not possible while the state is {state}.',
    hint: 'Wait until what is going on has ended.',
  },
  operation_conflict: {
    message: 'Another operation works on the same thing.',
    hint: 'Wait until it has ended, or cancel it.',
  },
  internal_error: {
    message: 'Something in Sampan failed that should not have.',
    hint: 'Look at the log of the server for the request id, and report it.',
  },
  setup_token_invalid: {
    message: 'This one-time link is not valid, or was used already.',
    hint: 'Use the link that the server printed at its latest start.',
  },
  cross_site_request: {
    message: 'The request came from another site and was refused.',
    hint: 'Open the console under the address that the server knows as its own (SAMPAN_PUBLIC_URL).',
  },
  weak_password: {
    message: 'This password is too easy to guess.',
    hint: 'Use at least 10 characters, and not only a common word or the username.',
  },
  last_administrator: {
    message: 'This is the last administrator.',
    hint: 'Make another user an administrator first.',
  },
  host_in_use: { message: 'Operations are running on this host.', hint: 'Wait until they have ended, or cancel them.' },
  egress_forbidden: {
    message: 'The server may not connect to this address.',
    detailed: 'The server may not connect to {address}.',
    hint: 'Use an address outside the protected networks, or have an administrator allow it.',
  },
  invalid_signature: {
    message: 'The signature was not accepted.',
    hint: 'Check the AccessKey secret: it is often cut off, or has a blank at its end.',
  },
  unknown_access_key: {
    message: 'The AccessKey id is not known there.',
    hint: 'Check the AccessKey id, and that it belongs to this cloud and endpoint.',
  },
  access_key_disabled: {
    message: 'The AccessKey is disabled.',
    hint: 'Enable it in the cloud’s console, or use another.',
  },
  clock_skew: {
    message: 'The clocks differ too much.',
    detailed: 'The clocks differ by {seconds} seconds.',
    hint: 'Set the clock of this server, for example with NTP.',
  },
  permission_denied: {
    message: 'The key or user may not do this.',
    detailed: 'The key or user may not do {action}.',
    hint: 'Give it the right that is missing, e.g. in the policy of the sub-account.',
  },
  address_not_allowed: {
    message: 'The AccessKey may not be used from this address.',
    detailed: 'The AccessKey may not be used from {address}.',
    hint: 'Add the address of this server to the allow-list of the AccessKey.',
  },
  throttled: { message: 'Too many requests were sent.', hint: 'It is tried again by itself. Wait a moment.' },
  cloud_unavailable: {
    message: 'The cloud is out of order.',
    hint: 'Try again later; look at the status page of the cloud.',
  },
  cloud_unreachable: {
    message: 'The cloud cannot be reached.',
    hint: 'Check the endpoint, and the network and firewall between this server and the cloud.',
  },
  cloud_timeout: { message: 'The cloud did not answer in time.', hint: 'Try again. Check the network to the cloud.' },
  request_expired: {
    message: 'The request is too old to be sent again safely.',
    hint: 'Look at the state of the instance, then start anew.',
  },
  unexpected_answer: {
    message: 'The answer was not as expected.',
    hint: 'Check that the endpoint is the API of this kind of cloud, and not a web page or a proxy.',
  },
  region_not_found: {
    message: 'The region does not exist.',
    detailed: 'The region {region} does not exist.',
    hint: 'Choose a region that the cloud offers.',
  },
  image_not_found: {
    message: 'The image does not exist in this region.',
    detailed: 'The image {id} does not exist in this region.',
    hint: 'Check that it is in the same region, not deleted and not under review.',
  },
  flavor_not_found: {
    message: 'The flavor does not exist in this region.',
    detailed: 'The flavor {id} does not exist in this region.',
    hint: 'Check the id of the flavor and that the region offers it.',
  },
  network_not_found: {
    message: 'The network does not exist in this region.',
    detailed: 'The network {id} does not exist in this region.',
    hint: 'Check the id of the VPC and its region.',
  },
  tls_failed: {
    message: 'No secure connection could be made.',
    hint: 'The certificate of the endpoint is not valid for it. Check the address, or who signs its certificates.',
  },
  name_not_resolved: {
    message: 'The name of the endpoint is not known.',
    detailed: 'The name {host} is not known.',
    hint: 'Check the spelling of the address and the DNS of this server.',
  },
  interrupted_unknown_result: {
    message: 'It was interrupted, and whether it happened is not known.',
    hint: 'Look at the state of the instance, then decide whether to do it again.',
  },
  operation_timeout: {
    message: 'It took longer than it may.',
    hint: 'The cloud may still finish it. Synchronize the host and look at the state.',
  },
  cancelled: { message: 'It was cancelled.', hint: 'Start it again when it is needed.' },
  clock_unknown: {
    message: 'The answer brought no time, so the clocks could not be compared.',
    hint: 'Check the clock of this server yourself.',
  },
  flavor_sold_out: { message: 'The flavor is sold out at present.', hint: 'Choose another flavor, or wait.' },
  image_not_usable: {
    message: 'The image cannot be used in its present state.',
    hint: 'Wait until it is available, or choose another.',
  },
  insufficient_balance: {
    message: 'The balance of the cloud account does not suffice.',
    hint: 'Top up the account in the cloud’s console.',
  },
  invalid_parameter: {
    message: 'The cloud refused a value that was sent.',
    hint: 'Check the fields against the cloud’s console.',
  },
  nonce_used: { message: 'The cloud received this request before.', hint: 'Try again.' },
  not_testable: {
    message: 'This could not be tested.',
    hint: 'It shows at the first use; the connection works all the same.',
  },
  payload_too_large: { message: 'What was sent is too large.', hint: 'Send less at a time.' },
  quota_exceeded: {
    message: 'The quota of the cloud account is used up.',
    hint: 'Raise the quota in the cloud’s console, or release something.',
  },
  request_refused: { message: 'The cloud refused the request.', hint: 'The original message says why.' },
  setup_done: { message: 'The administrator exists already.', hint: 'Sign in instead.' },
  unsupported_action: {
    message: 'The cloud does not know this action.',
    hint: 'Check that the endpoint belongs to this kind of cloud.',
  },
  unsupported_media_type: {
    message: 'What was sent has a form that is not understood.',
    hint: 'Load the page again and repeat what you did.',
  },
  storage_unreachable: {
    message: 'The storage cannot be reached.',
    detailed: '{host} cannot be reached ({systemCode}).',
    hint: 'Check endpoint and zone, and the network and firewall between this server and the storage.',
  },
  storage_untrusted: {
    message: 'Who answers cannot prove to be the storage.',
    detailed: 'The host key of {host} is {fingerprint}, which is not the one that the storage knows.',
    hint: 'Check the endpoint, its certificate or host key, and the clock of this server. Verification is never switched off.',
  },
  storage_timeout: {
    message: 'The storage did not answer in time.',
    hint: 'Try again; if it stays, check the network to the storage.',
  },
  storage_unavailable: {
    message: 'The storage had a fault of its own.',
    hint: 'Try again later; look at the status page of the vendor.',
  },
  storage_full: { message: 'There is no space left in the storage.', hint: 'Free space, or raise the quota.' },
  storage_in_use: {
    message: 'Operations are running on this storage.',
    hint: 'Wait until they have ended, or cancel them.',
  },
  storage_on_other_node: {
    message: 'This storage is a folder of another server.',
    hint: 'Work on it there, or use a storage that both servers can reach.',
  },
  bucket_needed: {
    message: 'The storage names no bucket yet.',
    hint: 'Choose or create a bucket, and put its name into the storage.',
  },
  bucket_not_found: {
    message: 'The bucket or folder is not there.',
    hint: 'Check the name and the zone, and that the key may see it.',
  },
  bucket_exists: {
    message: 'A bucket of this name exists.',
    hint: 'Bucket names are shared by everyone: choose another.',
  },
  bucket_not_empty: {
    message: 'The bucket is not empty.',
    hint: 'Delete its objects and its unfinished uploads first.',
  },
  invalid_bucket_name: {
    message: 'The storage does not take this name of a bucket.',
    hint: 'Use lower-case letters, digits and hyphens.',
  },
  wrong_zone: {
    message: 'The bucket is in another zone.',
    detailed: 'The bucket is in the zone {zone}.',
    hint: 'Set the zone to the one where the bucket was created.',
  },
  account_problem: {
    message: 'The account is not in order.',
    hint: 'Look at the state of the account in the console of the vendor.',
  },
  credentials_not_found: {
    message: 'The environment holds no keys.',
    hint: 'Set the variables on the server, or type the keys into the form.',
  },
  incomplete_credentials: {
    message: 'Only one part of the key is given.',
    hint: 'Give both parts of the key, or leave both blank.',
  },
  login_refused: {
    message: 'The user name, password or key is not accepted.',
    hint: 'Check user name, password and key, and that the server allows this kind of log-in.',
  },
  folder_forbidden: {
    message: 'This folder may not be used.',
    hint: 'Use a folder that the server allows (SAMPAN_BACKUP_ROOTS).',
  },
  object_not_found: { message: 'The object does not exist, or no longer.', hint: 'Load the list again.' },
  object_changed: { message: 'The object was replaced meanwhile.', hint: 'Read it again.' },
  invalid_key: { message: 'The storage does not take this name.', hint: 'Choose another, shorter name.' },
  key_conflict: {
    message: 'A name would have to be both an object and a folder.',
    hint: 'Choose another name, or delete what is in the way.',
  },
  range_not_satisfiable: { message: 'The object has no such part.', hint: 'It became shorter meanwhile. Start again.' },
  too_large: {
    message: 'The object is larger than the storage takes.',
    hint: 'Lower the upload cutoff or raise the chunk size of the storage.',
  },
  size_mismatch: {
    message: 'What was sent has another length than was said.',
    hint: 'The file may have changed meanwhile. Send it again.',
  },
  source_failed: { message: 'What was to be stored could not be read.', hint: 'Send it again.' },
  corrupted_upload: {
    message: 'What arrived is not what was sent.',
    hint: 'Try again. If it stays, something on the way changes data.',
  },
  corrupted_download: {
    message: 'What was read back is not what is stored.',
    hint: 'Read it again. If it stays, something on the way changes data.',
  },
  not_supported: {
    message: 'This kind of storage does not offer this.',
    hint: 'Use another storage, or do it another way.',
  },
  upload_not_found: { message: 'The upload does not exist any more.', hint: 'Upload it again.' },
  upload_timeout: { message: 'The sender was silent for too long.', hint: 'Nothing was stored. Send it again.' },
  shutting_down: { message: 'The server stops.', hint: 'Nothing was stored. Send it again in a moment.' },
  some_objects_failed: {
    message: 'Some objects failed.',
    detailed: '{failed} of {objects} objects failed.',
    hint: 'Each is named with its reason in the result. The others are done.',
  },
  left_behind: {
    message: 'The listing still shows objects of the test.',
    detailed: 'The listing still shows {count} objects of the test below {name}/.',
    hint: 'Look again in a while, and delete them by hand if they are still there.',
  },
  invalid_option: { message: 'An option is not valid.', hint: 'Correct it in the storage.' },
  setting_not_found: { message: 'The setting does not exist.', hint: 'Nothing needs to be done.' },
  server_unreachable: {
    message: 'The Sampan server does not answer.',
    hint: 'Check that it is running and that this computer is connected to it.',
  },
  console_error: { message: 'The console failed.', hint: 'Load the page again.' },
} satisfies Record<string, ErrorEntry>;
