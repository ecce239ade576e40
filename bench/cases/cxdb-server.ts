import { ScriptedCxdb } from '../../test/support/cxdb-server/cxdb-server.ts';

/** A CXDB server in a process of its own, which tells where it is and ends with whoever started it. */
const { url, binaryPort } = await ScriptedCxdb.start();
process.stdout.write(`${JSON.stringify({ url, binaryPort })}\n`);
process.stdin.resume().once('close', () => process.exit(0));
