/** A form of a name that sorts as a person expects: without case, and `web-2` before `web-10`. */
export function sortName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '').padStart(12, '0'))
    .slice(0, 300);
}
