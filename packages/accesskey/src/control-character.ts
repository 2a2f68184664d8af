/** Whether a text holds a control character, which no line that is signed may: with a line feed it would be two lines. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
