/** Shorter ones are refused; the server applies further rules. */
export const SHORTEST_PASSWORD = 10;

/** What is wrong with a new password before the server is asked. */
export function newPasswordProblem(password: string, repeated: string): 'too_short' | 'differs' | null {
  // Characters as people count them: an emoji or a rare Han character is one.
  if ([...password].length < SHORTEST_PASSWORD) return 'too_short';
  return password === repeated ? null : 'differs';
}
