// npm run pack: the publishable packages as tarballs in .cache/pack, JavaScript with types.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureInstalled, ROOT, runtime } from './lib/setup.mjs';

ensureInstalled();
const script = `
  const { pack, PUBLISHED } = await import(${JSON.stringify(path.join(ROOT, 'scripts/lib/pack.ts'))});
  for (const name of PUBLISHED) console.log(pack(name, ${JSON.stringify(path.join(ROOT, '.cache/pack'))}));
`;
spawn(runtime(), ['--input-type=module', '--eval', script], { stdio: 'inherit' }).on('exit', (code) =>
  process.exit(code ?? 1),
);
