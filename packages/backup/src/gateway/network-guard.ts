import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { StorageEnvironment } from '@sampan/storage';

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** The network as drivers may use it: names and addresses that lead into these networks are refused. */
export function guardedEnvironment(forbidden: readonly string[]): StorageEnvironment {
  const list = blockList(forbidden);
  const allowsAddress = (address: string): boolean => !list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return {
    allowsAddress,
    lookup: (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, '', 4);
        const addresses = found as LookupAddress[];
        const bad = addresses.find(({ address }) => !allowsAddress(address));
        if (bad) return callback(Object.assign(new Error(hostname), { code: 'EGRESS_FORBIDDEN' }), '', 4);
        if (options.all) return callback(null, addresses);
        const [first] = addresses;
        callback(null, first?.address ?? '', first?.family ?? 4);
      });
    },
  };
}
