import type { BinaryAddress } from './wire/connection.ts';

/** Where a CXDB server is. */
export interface CxdbServer {
  readonly http: URL;
  readonly binary: BinaryAddress;
}

/**
 * @param url of its HTTP side
 * @param binaryPort that of its binary protocol; unless given the one below, as the server's own defaults are
 */
export function cxdbServer(url: string, binaryPort?: number): CxdbServer {
  const http = new URL(url);
  const usual = http.protocol === 'https:' ? 443 : 80;
  const httpPort = http.port === '' ? usual : Number(http.port);
  // `node:net` takes an address of IPv6 without its brackets.
  const host = http.hostname.replace(/^\[|\]$/g, '');
  return { http, binary: { host, port: binaryPort ?? httpPort - 1 } };
}
