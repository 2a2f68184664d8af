/** The text with its values in place, or null when a value is missing. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string | null {
  let complete = true;
  const filled = text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) complete = false;
    return String(value);
  });
  return complete ? filled : null;
}
