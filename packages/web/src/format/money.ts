/**
 * An amount with its currency: `CN¥12.30`. Costs of a day are often fractions of the smallest coin, so small amounts have
 * up to four decimals.
 */
export function formatMoney(amount: number, currency: string | null, locale: string): string {
  const small = amount !== 0 && Math.abs(amount) < 1;
  const digits = { minimumFractionDigits: small ? 4 : 2, maximumFractionDigits: small ? 4 : 2 };
  if (currency === null) return new Intl.NumberFormat(locale, digits).format(amount);
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits }).format(amount);
}
