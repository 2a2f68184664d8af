import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Of a checkout. */
const FOLDER = path.resolve(import.meta.dirname, '../../../node_modules/.sampan-libraries');

/**
 * From now on, libraries of dozens or hundreds of modules are loaded as the one file that `scripts/bundle-libraries.mjs` made of
 * each: a process starts in two thirds of the time. Where they were not made, e.g. in an installed package, nothing changes.
 */
export function useBundledLibraries(): void {
  const index = path.join(FOLDER, 'index.json');
  const { registerHooks } = process.getBuiltinModule('node:module');
  if (!registerHooks || !existsSync(index)) return;
  const files = JSON.parse(readFileSync(index, 'utf8')) as Record<string, string>;
  const urls = new Map(
    Object.entries(files).map(([specifier, file]) => [specifier, pathToFileURL(path.join(FOLDER, file)).href]),
  );
  registerHooks({
    resolve(specifier, context, next) {
      const url = urls.get(specifier);
      return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true };
    },
  });
}
