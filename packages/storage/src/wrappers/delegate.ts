import type { ObjectStore } from '../contract.ts';

/** The methods of a store, bound to it: a wrapper spreads them and replaces its own. */
export function delegate(store: ObjectStore): ObjectStore {
  const { copy, presign, stats, removeUnfinished } = store;
  return {
    capabilities: store.capabilities,
    head: store.head.bind(store),
    get: store.get.bind(store),
    put: store.put.bind(store),
    list: store.list.bind(store),
    delete: store.delete.bind(store),
    deleteMany: store.deleteMany.bind(store),
    ...(copy && { copy: copy.bind(store) }),
    ...(presign && { presign: presign.bind(store) }),
    ...(stats && { stats: stats.bind(store) }),
    ...(removeUnfinished && { removeUnfinished: removeUnfinished.bind(store) }),
  };
}

/** The same for wrappers that stand around every call alike; `around` is given the call's signal and the call. */
export function around(
  store: ObjectStore,
  wrap: <T>(signal: AbortSignal | undefined, call: () => Promise<T>) => Promise<T>,
): ObjectStore {
  const inner = delegate(store);
  const { copy, stats, removeUnfinished } = inner;
  return {
    ...inner,
    head: (key, options) => wrap(options?.signal, () => inner.head(key, options)),
    get: (key, options) => wrap(options?.signal, () => inner.get(key, options)),
    put: (key, source, options) => wrap(options?.signal, () => inner.put(key, source, options)),
    list: (request) => wrap(request?.signal, () => inner.list(request)),
    delete: (key, options) => wrap(options?.signal, () => inner.delete(key, options)),
    deleteMany: (keys, options) => wrap(options?.signal, () => inner.deleteMany(keys, options)),
    ...(copy && { copy: (from, to, options) => wrap(options?.signal, () => copy(from, to, options)) }),
    ...(stats && { stats: (options) => wrap(options?.signal, () => stats(options)) }),
    ...(removeUnfinished && {
      removeUnfinished: (age, options) => wrap(options?.signal, () => removeUnfinished(age, options)),
    }),
  };
}
