// Makes one file of each library that consists of dozens of modules and that the server needs at once: finding, reading and
// linking those was most of its start. Run by the set-up after npm has installed; without the result all works as before.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const LIBRARIES = ['kysely', 'kysely/migration', 'prom-client', 'typebox', 'undici'];
const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'node_modules', '.sampan-libraries');

const fileNameOf = (specifier) => specifier.replaceAll('/', '-');

/** What a library offers by name is known only when it runs, if it is CommonJS: each of its names is exported here. */
async function entryOf(specifier) {
  const { default: whole, 'module.exports': isCommon, ...names } = await import(specifier);
  if (isCommon === undefined)
    return `export * from '${specifier}';${whole ? ` export { default } from '${specifier}';` : ''}`;
  const list = Object.keys(names).filter((name) => /^[\w$]+$/.test(name));
  return `import library from '${specifier}'; export default library; export const { ${list.join(', ')} } = library;`;
}

const entries = new Map(await Promise.all(LIBRARIES.map(async (each) => [`entry:${each}`, await entryOf(each)])));
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(LIBRARIES.map((specifier) => [fileNameOf(specifier), `entry:${specifier}`])),
  platform: 'node',
  preserveEntrySignatures: 'strict',
  logLevel: 'silent',
  plugins: [
    {
      name: 'entries',
      resolveId: (id, importer) =>
        entries.has(id) ? id : entries.has(importer) ? fileURLToPath(import.meta.resolve(id)) : null,
      load: (id) => entries.get(id) ?? null,
    },
  ],
});
await bundle.write({ dir: target, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'shared-[hash].mjs' });
await bundle.close();
const index = Object.fromEntries(LIBRARIES.map((specifier) => [specifier, `${fileNameOf(specifier)}.mjs`]));
fs.writeFileSync(path.join(target, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
