/** Bytes that pass between two looks. */
const EVERY = 16 * 1024 * 1024;

let since = 0;
let collect: ((options: { type: 'minor' }) => void) | undefined;

/**
 * Told of bytes that passed in memory which nobody needs any more. The collector counts objects, of which a body has few, and
 * looks for its pieces only when some hundred megabytes of them lie about; a look at the young ones alone takes a millisecond.
 */
export function passed(bytes: number): void {
  since += bytes;
  if (since < EVERY) return;
  since = 0;
  collect ??= findCollector();
  collect({ type: 'minor' });
}

/** Not by `node --expose-gc`: with that flag Node's own modules are compiled anew at every start, which doubles its time. */
function findCollector(): typeof collect & {} {
  const [v8, vm] = [process.getBuiltinModule('node:v8'), process.getBuiltinModule('node:vm')];
  v8.setFlagsFromString('--expose-gc');
  const found = vm.runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  return found;
}
