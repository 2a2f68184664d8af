/** The mark of an element that Ant Design makes from properties, for those that look for it in tests. */
export function testId(name: string): { [mark: `data-${string}`]: string } {
  return { 'data-testid': name };
}
