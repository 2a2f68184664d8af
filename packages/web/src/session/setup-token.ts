/** What the one-time link carries after `#`, or null. */
export function setupToken(hash: string): string | null {
  const token = hash.replace(/^#/, '').trim();
  return token === '' ? null : token;
}

let taken: string | null = null;

/**
 * Takes the token out of the address at once, so that it stays neither in the history nor in a screenshot.
 *
 * Called before the router reads the address; `readSetupToken` gives it to the page.
 */
export function takeSetupToken(): void {
  if (location.pathname !== '/setup') return;
  taken = setupToken(location.hash);
  if (location.hash) history.replaceState(null, '', '/setup');
}

export function readSetupToken(): string | null {
  return taken;
}
