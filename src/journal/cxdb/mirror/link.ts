import type { Blake3 } from '../../../shared/hash.ts';
import { CxdbHttp, type Patience } from '../http-client.ts';
import { clientTag } from '../records/context-metadata.ts';
import { typeBundle } from '../records/type-bundle.ts';
import type { CxdbServer } from '../server.ts';
import { CxdbConnection } from '../wire/connection.ts';

/** A server that was there when it was asked, until the connection is lost. */
export interface CxdbLink {
  readonly server: string;
  readonly http: CxdbHttp;
  readonly connection: CxdbConnection;
  readonly digest: Blake3;
  /** Blobs that were sent over this connection: a server that was restarted may have lost those of an earlier one. */
  readonly sentBlobs: Set<string>;
  /** `different`: the server has other types under our name. */
  readonly bundle: 'registered' | 'known' | 'different';
}

export interface LinkOptions {
  readonly server: CxdbServer;
  readonly digest: Blake3;
  readonly patience: Patience;
}

/**
 * Makes sure of both sides of a server and of its knowing our types.
 * @throws HttpProblem, ConnectionLost
 */
export async function openLink({ server, digest, patience }: LinkOptions): Promise<CxdbLink> {
  const http = new CxdbHttp(server.http, patience);
  await http.assertHealthy();
  const { id, json } = typeBundle(digest);
  const bundle = await http.putBundle(id, json);
  const connection = await CxdbConnection.open(server.binary, { clientTag, ...patience });
  return { server: server.http.href, http, connection, digest, sentBlobs: new Set(), bundle };
}
