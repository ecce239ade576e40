import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newProject, type CliProject } from '../support/cli.ts';
import { printsAs, readGuide } from '../support/guide.ts';

const root = join(import.meta.dirname, '../..');

/** A project whose shell knows `orchestra`, as an installation has it. */
function newReader(): CliProject {
  const project = newProject();
  const command = join(project.bin, 'orchestra');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/orchestra.js')}" "$@"\n`);
  chmodSync(command, 0o755);
  return project;
}

function shell(project: CliProject, command: string): string {
  const { stdout, status } = spawnSync('bash', ['-c', `exec 2>&1; ${command}`], {
    cwd: project.folder,
    env: { PATH: `${project.bin}:/usr/bin:/bin`, HOME: project.home, LANG: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    timeout: 60_000,
  });
  return status === 0 ? stdout : `${stdout}\nexit code ${status}`;
}

describe.each(globSync('docs/guides/*.md', { cwd: root }).toSorted())('%s', (guide) => {
  test('a reader who does what it says sees what it shows', () => {
    const project = newReader();
    for (const step of readGuide(join(root, guide))) {
      if (step.kind === 'file') {
        project.write(step.name, step.text);
        continue;
      }
      const { command, printed: expected, line } = step.command;
      const printed = shell(project, command);
      if (printsAs(expected, printed)) continue;
      expect(printed, `${guide}:${line}: $ ${command}`).toBe(expected.join('\n'));
    }
  });
});

test('TypeScript in README and guides fits the library', () => {
  const project = newReader();
  const files = ['README.md', ...globSync('docs/guides/*.md', { cwd: root })];
  const snippets = files.flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms),
  ]);
  expect(snippets.length).toBeGreaterThan(1);
  for (const [index, [, code = '']] of snippets.entries()) project.write(`snippet-${index}.ts`, code);
  project.write('package.json', { type: 'module' });
  project.write('tsconfig.json', {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      noUnusedLocals: false,
      // As an installation finds them: the package, and what it and its reader both use.
      paths: { 'orchestra-run': [join(root, 'src/index.ts')], zod: [join(root, 'node_modules/zod/index.d.ts')] },
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: ['*.ts'],
  });
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  expect(shell(project, `"${process.execPath}" "${tsc}" -p .`)).toBe('');
});
