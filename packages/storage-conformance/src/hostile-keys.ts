/** Names that can be in a file system and in a cloud, and that careless code spoils. */
export const hostileKeys: readonly string[] = [
  ' blank at both ends ',
  ' ',
  'blank behind /file',
  'a+b',
  'a%b',
  '%41',
  '%2e%2e%2f',
  '100%',
  'A%2FB',
  "it's",
  '"quoted"',
  'a&b?c#d',
  'a;b=c,d@e:f',
  '<x>&amp;</x>',
  'back\\slash',
  '..\\up',
  'a[1].txt',
  '*?{a,b}',
  '~root',
  '$HOME',
  '`id`',
  '-rf',
  '.hidden',
  '...',
  'a..b',
  'über/Straße.txt',
  // The same name to the eye, in one code point and in two: two objects.
  'é.txt'.normalize('NFC'),
  'é.txt'.normalize('NFD'),
  '文件/备份 1.txt',
  '🚀/👩‍👩‍👧.bin',
  'tab\there',
  'new\nline',
  'return\rhere',
  'bell\u0007',
  'delete\u007f',
  'separator\u2028x',
  'not-a-char\uffff',
  'replaced\ufffd',
  'bidi\u202etxt',
  'Case',
  'case',
  'a'.repeat(255),
  // 1,023 bytes in parts that a file system takes.
  ['p'.repeat(255), 'q'.repeat(255), 'r'.repeat(255), 's'.repeat(255)].join('/'),
  // 255 bytes of three each.
  '中'.repeat(85),
];

/** Names that only a cloud can hold. The first ones would leave the folder of a store that is one. */
export const cloudKeys: readonly string[] = [
  '..',
  '.',
  '../outside',
  'a/../b',
  'a/./b',
  'a/..',
  '/leading',
  '//two leading',
  'double//slash',
  'trailing/',
  'x'.repeat(1023),
  '中'.repeat(341),
];

/** Names that nothing can hold. */
export const impossibleKeys: readonly string[] = ['', 'x'.repeat(1024), 'lone surrogate \ud800'];

/** Those that a storage takes. */
export function fitting(keys: readonly string[], { longestKey = 1023, cannotHold }: Limits): string[] {
  return keys.filter((key) => Buffer.byteLength(key) <= longestKey && !cannotHold?.names.test(key));
}

interface Limits {
  longestKey?: number;
  cannotHold?: { names: RegExp; why: string };
}
