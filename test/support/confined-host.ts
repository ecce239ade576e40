import { startConfined } from '../../src/shared/process/confined-group.ts';
import { createConfinement } from '../../src/workspace/sandbox/create-confinement.ts';

/** What a host of a confined program is asked for, as JSON in its only argument. */
export interface ConfinedOrder {
  readonly sandbox: NonNullable<Parameters<typeof createConfinement>[0]['sandbox']>;
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly operation: string;
}

// Runs a shell script in a sandbox, in a process that a test can kill.
const { sandbox, script, operation, cwd, env } = JSON.parse(process.argv[2] ?? '') as ConfinedOrder;
const group = await startConfined({
  ...{ command: '/bin/sh', args: ['-c', script], cwd, env, operation },
  confinement: createConfinement({ sandbox, env: process.env }),
  signal: new AbortController().signal,
});
for await (const chunk of group.stdout) process.stdout.write(chunk);
await group.exited;
