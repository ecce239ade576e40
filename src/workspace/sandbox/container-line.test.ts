import { describe, expect, test } from 'vitest';
import type { ProgramLimitsSection, SandboxSection } from '../../contract/config/sandbox.ts';
import { containerLine, type ContainerPlan } from './container-line.ts';

function words(more: Partial<ContainerPlan> = {}): readonly string[] {
  const { args } = containerLine({
    engine: 'docker',
    image: 'node:24',
    name: 'orchestra-1',
    line: {
      command: 'agent',
      args: ['--json', 'a b'],
      cwd: '/work',
      env: { PATH: '/bin', HOME: '/home/me', KEY: 'secret' },
    },
    reach: {},
    settings: {},
    limits: {},
    user: { uid: 1000, gid: 1001 },
    engineEnv: { DOCKER_HOST: 'unix:///run/docker.sock' },
    ...more,
  });
  return args.slice(2); // after `-c` and the script
}

const text = (more: Partial<ContainerPlan> = {}): string => words(more).join(' ');
const set = (settings: Partial<SandboxSection>): string => text({ settings });
const limit = (limits: ProgramLimitsSection): string => text({ limits });

test('a program in a container: its folder, its user, no network, no rights, and its arguments as they are', () => {
  expect(words()).toEqual([
    ...['sh', 'docker', 'orchestra-1'],
    ...['run', '--rm', '--init', '--interactive', '--name', 'orchestra-1'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', '/tmp:rw,exec,mode=1777'],
    ...['--network', 'none', '--user', '1000:1001'],
    ...['--mount', 'type=bind,source=/work,target=/work', '--workdir', '/work'],
    ...['--env', 'HOME', '--env', 'KEY', '--entrypoint', 'agent', 'node:24', '--json', 'a b'],
  ]);
});

test('secrets are in the environment of the engine, never in its arguments', () => {
  const line = { command: 'agent', args: [], cwd: '/work', env: { KEY: 'secret', PATH: '/usr/bin' } };
  expect(text({ line })).not.toContain('secret');
  expect(
    containerLine({
      ...{ engine: 'docker', image: 'i', name: 'n', line, reach: {}, settings: {}, limits: {} },
      engineEnv: { PATH: '/engine' },
    }).env,
  ).toEqual({ KEY: 'secret', PATH: '/engine' });
});

describe('what a container may', () => {
  test('is as much network as is said', () => expect(set({ network: 'on' })).toContain('--network bridge'));

  test('is to see and to change more folders, and no change of its own where that is not permitted', () => {
    const said = text({
      settings: { readable: ['~/shown'], writable: ['made'] },
      reach: { readOnly: true, writable: ['/attempt'], state: [{ path: '/home/me/.agent', kind: 'folder' }] },
    });
    expect(said.match(/type=bind\S+/g)).toEqual([
      'type=bind,source=/home/me/shown,target=/home/me/shown,readonly',
      'type=bind,source=/home/me/.agent,target=/home/me/.agent',
      'type=bind,source=/work,target=/work,readonly',
      'type=bind,source=/attempt,target=/attempt',
      'type=bind,source=/work/made,target=/work/made',
    ]);
  });

  test('is limited as a whole', () => {
    expect(limit({ memory: '1MB', cpus: 1.5, processes: 20, open_files: 100, cpu_seconds: 9 })).toContain(
      '--memory 1048576 --memory-swap 1048576 --cpus 1.5 --pids-limit 20 --ulimit nofile=100 --ulimit cpu=9',
    );
  });
});

test('podman without root keeps the user as it is', () => {
  expect(text({ engine: 'podman' })).toContain('--userns keep-id --user 1000:1001');
  expect(text({ engine: 'podman', user: { uid: 0, gid: 0 } })).not.toContain('keep-id');
});
