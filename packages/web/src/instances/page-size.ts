import { PAGE_SIZES, type PageSize } from './instances-search.ts';

const STORAGE_KEY = 'sampan.instances.page-size';

export function rememberedPageSize(): PageSize {
  const stored = localStorage.getItem(STORAGE_KEY);
  return PAGE_SIZES.find((size) => String(size) === stored) ?? 50;
}

export function rememberPageSize(size: PageSize): void {
  localStorage.setItem(STORAGE_KEY, String(size));
}
