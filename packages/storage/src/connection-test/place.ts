/** Where a storage is reached. */
export interface Place {
  /** Without brackets. */
  host: string;
  port: number;
}

/** The place of an address such as `https://example.com`. */
export function placeOf(origin: string): Place & { isTls: boolean } {
  const { hostname, port, protocol } = new URL(origin);
  const isTls = protocol === 'https:';
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isTls ? 443 : 80)), isTls };
}
