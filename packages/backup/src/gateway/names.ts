/** What a repository is made of. Source: restic's description of its REST protocol. */
export const FILE_TYPES = ['data', 'index', 'keys', 'locks', 'snapshots'] as const;
export type FileType = (typeof FILE_TYPES)[number];

const NAME = /^[0-9a-f]{64}$/;

/** What a path of the protocol is about, below the repository; null when it is none of its paths. */
export type Target =
  | { kind: 'repository' }
  | { kind: 'config' }
  | { kind: 'list'; type: FileType }
  | { kind: 'file'; type: FileType; name: string };

function isType(text: string): text is FileType {
  return (FILE_TYPES as readonly string[]).includes(text);
}

export function readTarget(below: string): Target | null {
  if (below === '') return { kind: 'repository' };
  if (below === 'config') return { kind: 'config' };
  const [type = '', name, ...rest] = below.split('/');
  if (!isType(type) || name === undefined || rest.length > 0) return null;
  if (name === '') return { kind: 'list', type };
  return NAME.test(name) ? { kind: 'file', type, name } : null;
}

/** The key of a file in the storage: the layout of restic's own repositories, so that restic opens them without us. */
export function keyOf(target: Extract<Target, { kind: 'config' | 'file' }>): string {
  if (target.kind === 'config') return 'config';
  const { type, name } = target;
  return type === 'data' ? `data/${name.slice(0, 2)}/${name}` : `${type}/${name}`;
}

/** The name of a listed key; null for what is no file of the repository, e.g. something that a person put there. */
export function nameOf(type: FileType, key: string): string | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return NAME.test(name) && key === keyOf({ kind: 'file', type, name }) ? name : null;
}
