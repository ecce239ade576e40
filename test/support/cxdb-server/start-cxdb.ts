import { onTestFinished } from 'vitest';
import { ScriptedCxdb } from './cxdb-server.ts';
import { ProgramCxdb } from './program.ts';
import type { TestCxdb } from './test-cxdb.ts';

/** The program of a real server, which takes the place of ours. */
const program = process.env['CXDB_TEST_SERVER'];

/** A running server that ends with the test: ours, or the program that `CXDB_TEST_SERVER` names. */
export async function startCxdb(): Promise<TestCxdb> {
  const server = program === undefined ? await ScriptedCxdb.start() : await ProgramCxdb.start(program);
  onTestFinished(() => server.stop());
  return server;
}
