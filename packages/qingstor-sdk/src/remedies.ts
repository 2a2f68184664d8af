/**
 * What a person can do, by kind of trouble. The words on keys, zones, endpoints and buckets follow the guide that the
 * options' names and defaults come from.
 */
export const REMEDIES = {
  unknownKey:
    'Verify that the Access Key ID is correct, and that the key has not been deactivated in the QingCloud Console.',
  badSecret:
    'Verify that Access Key ID and Secret Access Key are correct and belong together. The secret may only be shown once: ' +
    'if it is lost, create a new key.',
  clock: 'Set the clock of this machine (NTP): requests are valid for 15 minutes only.',
  permission: 'Give the key access to this bucket and operation, by its policy or ACL in the QingCloud Console.',
  account: 'Look at the state of the account (balance, suspension) in the QingCloud Console.',
  bucketNotFound:
    'Confirm that the bucket exists in your selected zone and that your API keys have access to it. ' +
    'A wrong zone also shows as a bucket that is not found.',
  endpoint:
    'Leave the endpoint blank unless you are connecting to a private or custom QingStor deployment. ' +
    'The default endpoint (https://qingstor.com:443) works for all standard QingStor services.',
  network: 'Check that this machine reaches the Internet (DNS, firewall, proxy).',
  certificate:
    'For a private deployment with a certificate of its own, give that certificate as caCertificates. ' +
    'Elsewhere something on the way reads the traffic: do not go on.',
  proxy:
    'Log in to the network or have the proxy let this endpoint through; check that the endpoint is the API (not the console ' +
    'or a load balancer without a server).',
  busy: 'Try again later; lower the concurrency if it stays.',
} as const;
