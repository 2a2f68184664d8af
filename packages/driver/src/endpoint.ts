/** Where requests go. */
export interface Endpoint {
  /** A name or an address, without the brackets of IPv6. */
  host: string;
  port: number;
}

/** Host and port of an address such as `https://example.com`. */
export function endpointOf(address: string): Endpoint {
  const { hostname, port, protocol } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'http:' ? 80 : 443)) };
}
