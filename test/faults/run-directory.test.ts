import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Short {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [shape=parallelogram, tool_command="echo done"]
  start -> work -> exit
}`;

verifies(
  'durability:R6:run-dir-is-projection',
  'the directory of a run whose process was killed between the end of the run and that of the directory is caught up',
  async () => {
    for (const point of ['directory:before-write', 'directory:mid-write']) {
      const project = newProject();
      project.write('short.dot', pipeline);
      const env = { ORCHESTRA_FAILPOINTS: `${point}=kill` };
      const killed = await project.run(['run', 'short.dot', '--json', '--run-dir', 'kept'], { env });
      expect(killed.signal).toBe('SIGKILL');
      expect(project.has('kept/manifest.json')).toBe(false);
      const resumed = await project.run(['resume', 'last', '--json']);
      expect([resumed.code, resumed.document()['code']]).toEqual([2, 'RUN_FINISHED']);
      expect(JSON.parse(project.read('kept/manifest.json'))).toMatchObject({ state: 'completed' });
      expect(JSON.parse(project.read('kept/work/status.json'))).toMatchObject({ outcome: 'success' });
      const names = readdirSync(join(project.folder, 'kept'), { recursive: true, encoding: 'utf8' });
      expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
  },
  60_000,
);
