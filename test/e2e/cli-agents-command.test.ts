import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliAgents } from '../../src/agents/cli/all-agents.ts';
import { newProject } from '../support/cli.ts';

test('orchestra agents lists every agent: what is not installed, what is of another version, what was never tried', async () => {
  const project = newProject();
  for (const [name, version] of [
    ['codex', '0.1.0'],
    ['cursor-agent', '2026.08.25-3e8eec8'],
  ] as const) {
    writeFileSync(join(project.bin, name), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(project.bin, name), 0o755);
  }
  const { stdout } = await project.run(['agents']);
  const rows = stdout.trimEnd().split('\n').slice(1);
  expect(rows.map((row) => row.split(' ')[0])).toEqual(cliAgents.map(({ id }) => id));
  expect(stdout).toMatch(/^codex .*\(tried with \d+\.\d+\.\d+\)$/m);
  expect(stdout).toMatch(/^cursor +2026\.08\.25-3e8eec8 .*cursor-agent \(never tried\)$/m);
  expect(stdout).toMatch(/^pi +- +- .*npm install/m);
});
