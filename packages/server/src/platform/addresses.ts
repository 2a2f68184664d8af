import { BlockList, isIP } from 'node:net';

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** `::ffff:10.0.0.1` is how a dual-stack socket shows an IPv4 client. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}

/** An address or a network such as `10.0.0.0/8`; null when the text is neither. */
export function parseNetwork(text: string): { address: string; prefix: number } | null {
  const [address = '', prefixText, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return null;
  const longest = version === 4 ? 32 : 128;
  if (prefixText === undefined) return { address, prefix: longest };
  const prefix = Number(prefixText);
  return /^\d{1,3}$/.test(prefixText) && prefix <= longest ? { address, prefix } : null;
}

/** A set of addresses and networks. Texts that are neither must have been refused before. */
export function networkList(texts: readonly string[]): { has: (address: string) => boolean } {
  const list = new BlockList();
  for (const text of texts) {
    const network = parseNetwork(text);
    if (network) list.addSubnet(network.address, network.prefix, family(network.address));
  }
  return {
    has: (address) => {
      const plain = plainAddress(address);
      return isIP(plain) !== 0 && list.check(plain, family(plain));
    },
  };
}
