/** Where to go after signing in: a page of this console, and nothing that leads elsewhere. */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith('/') || wanted.startsWith('//') || wanted.includes('\\')) return '/';
  return wanted.startsWith('/login') || wanted.startsWith('/setup') ? '/' : wanted;
}
