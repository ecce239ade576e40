import { describe, expect, test } from 'vitest';
import {
  programLimitsSection,
  sandboxSection,
  type ProgramLimitsSection,
  type SandboxSection,
} from '../../contract/config/sandbox.ts';
import { createConfinement } from './create-confinement.ts';

const nowhere = { PATH: '/nowhere' };

function problem(
  sandbox: SandboxSection,
  limits?: ProgramLimitsSection,
  env = nowhere,
): Promise<string | undefined> | undefined {
  return createConfinement({ sandbox, limits, env })?.problem();
}

test('nothing is put around a program where nothing is asked for', () => {
  expect(createConfinement({ env: {} })).toBeUndefined();
  expect(createConfinement({ sandbox: { kind: 'none' }, limits: {}, env: {} })).toBeUndefined();
});

test('one word is a whole sandbox', () => {
  expect(sandboxSection.parse('bwrap')).toEqual({ kind: 'bwrap' });
  expect(sandboxSection.safeParse('jail').success).toBe(false);
  expect(sandboxSection.safeParse({ kind: 'bwrap', network: 'on', port: 1 }).success).toBe(false);
  expect(programLimitsSection.safeParse({ cpu_seconds: 0 }).success).toBe(false);
});

describe('what cannot be had is refused with the reason, never left out', () => {
  test.each<[SandboxSection, ProgramLimitsSection, RegExp]>([
    [{ kind: 'none' }, { processes: 5 }, /`limits.processes` would count all/],
    [{ kind: 'none' }, { cpus: 1 }, /`limits.cpus` is for containers/],
    [{ kind: 'none' }, { open_files: 5 }, /prlimit.*not installed/],
    [{ kind: 'bwrap' }, { cpus: 1 }, /`limits.cpus` is for containers/],
    [{ kind: 'docker' }, {}, /needs an `image`/],
    [{ kind: 'docker', image: 'i', allow: ['a.example'] }, {}, /no list of allowed hosts/],
    [{ kind: 'docker', image: 'i', hidden: ['.env'] }, {}, /`hidden`/],
    [{ kind: 'docker', image: 'i' }, {}, /docker is not installed; podman is not installed/],
    [{ kind: 'docker', image: 'i', engine: 'podman' }, {}, /: podman is not installed$/],
  ])('%j with %j', async (sandbox, limits, reason) => {
    expect(await problem(sandbox, limits)).toMatch(reason);
    const confinement = createConfinement({ sandbox, limits, env: nowhere });
    await expect(confinement?.confine({ command: 'x', args: [], cwd: '/w', env: {} })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      exitCode: 2,
    });
  });

  test('bubblewrap that is missing, with how to get it', async () => {
    expect(await problem({ kind: 'bwrap' })).toMatch(
      process.platform === 'linux' ? /bwrap is not installed\): install the package/ : /for Linux/,
    );
  });
});
