import { parentPort } from 'node:worker_threads';
import { ScriptedCxdb } from '../../test/support/cxdb-server/cxdb-server.ts';

/** A CXDB server on a thread of its own, which tells its ports. */
const { url, binaryPort } = await ScriptedCxdb.start();
parentPort?.postMessage({ url, binaryPort });
