/** What of a type's abilities is worth telling on its card, most useful first. */
const TOLD = [
  'multipart',
  'md5',
  'presign',
  'copy',
  'buckets',
  'bucket.policy',
  'zones',
  'stats',
  'modified',
  'keys.any',
] as const;

/** The abilities of a type that are told, in the order of their use to a person. */
export function toldCapabilities(capabilities: readonly string[]): string[] {
  return TOLD.filter((capability) => capabilities.includes(capability));
}
