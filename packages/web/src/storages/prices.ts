import type { StoragePrices } from '../api/resources.ts';

export const PRICE_NAMES = [
  'storagePerGibMonth',
  'writePer10000',
  'readPer10000',
  'listPer10000',
  'deletePer10000',
  'downloadPerGib',
] as const;

export type PriceName = (typeof PRICE_NAMES)[number];
export type PriceTexts = Readonly<Record<PriceName | 'currency', string>>;

/** The prices as they are typed. */
export function priceTexts(prices: StoragePrices | null): PriceTexts {
  const texts = Object.fromEntries(PRICE_NAMES.map((name) => [name, String(prices?.[name] ?? '')]));
  return { ...(texts as Record<PriceName, string>), currency: prices?.currency ?? 'CNY' };
}

/** What was typed as prices, and the fields that do not read as such. Blank is not charged. */
export function readPrices(texts: PriceTexts): { prices: StoragePrices; wrong: ReadonlySet<string> } {
  const wrong = new Set<string>();
  const read = (name: PriceName): number | null => {
    const text = texts[name].trim().replace(',', '.');
    if (text === '') return null;
    const amount = Number(text);
    if (Number.isFinite(amount) && amount >= 0 && amount <= 1e9) return amount;
    wrong.add(name);
    return null;
  };
  const amounts = Object.fromEntries(PRICE_NAMES.map((name) => [name, read(name)])) as Record<PriceName, number | null>;
  const currency = texts.currency.trim().toUpperCase();
  const isBlank = Object.values(amounts).every((amount) => amount === null);
  if (!/^[A-Z]{3}$/.test(currency) && !(isBlank && currency === '')) wrong.add('currency');
  return { prices: { currency: isBlank ? null : currency, ...amounts }, wrong };
}
