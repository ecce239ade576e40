import { execFile } from 'node:child_process';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { allowedEnvironment } from '../../shared/process/environment.ts';
import { findProgram } from '../../shared/process/find-program.ts';
import { refusal, TransientFailure, type Api, type ApiAnswer, type ApiRequest } from './api-call.ts';
import type { Hosting, HostKind } from './hosting.ts';

/** A program of a host that keeps its own token and sends requests for others. */
export interface HostProgram {
  readonly name: 'gh' | 'glab';
  /** What a user types to sign in. */
  signIn(host: string): string;
}

const programs: Readonly<Partial<Record<HostKind, HostProgram>>> = {
  github: { name: 'gh', signIn: (host) => `gh auth login --hostname ${host}` },
  gitlab: { name: 'glab', signIn: (host) => `glab auth login --hostname ${host}` },
};

/** The program for a host. An API that was named is none it knows, and neither takes a host with a port. */
export function programFor({ kind, api, apiIsNamed }: Hosting): HostProgram | undefined {
  return apiIsNamed || new URL(api).port !== '' ? undefined : programs[kind];
}

export interface ProgramPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** For one call; 60 seconds unless given. */
  readonly timeoutMs?: number;
}

/** Whether the program is installed and signed in at the host: what stands in its way, or undefined. */
export async function programProblem(
  { name }: HostProgram,
  host: string,
  place: ProgramPlace,
): Promise<string | undefined> {
  const found = await findProgram(name, place.env['PATH'] ?? '');
  if (!found) return `${name} is not installed`;
  if (found.problem !== undefined) return `${found.path} ${found.problem}`;
  try {
    const { exitCode } = await run(name, ['auth', 'status', '--hostname', host], '', place);
    return exitCode === 0 ? undefined : `${name} is not signed in at ${host}`;
  } catch (error) {
    if (error instanceof TransientFailure) return error.message;
    throw error;
  }
}

/**
 * The API of a host through `gh api` or `glab api`: the same requests as over HTTP, sent by a program that is signed in,
 * whose token we never see. Both print the answer with its status and headers; of some refusals of GitLab's nothing else.
 */
export function programApi({ name }: HostProgram, host: string, place: ProgramPlace): Api {
  return {
    host,
    async call(request) {
      const input = request.body === undefined ? '' : JSON.stringify(request.body);
      const exit = await run(name, apiLine(host, request), input, { ...place, signal: request.signal });
      const answer = answerIn(exit.stdout);
      if (answer) return answer;
      // Without an answer it says why on standard error: no network, or no longer signed in (4, of gh).
      const said = exit.stderr.trim().split('\n')[0] ?? '';
      const message = `${name} got no answer from ${host}: ${said === '' ? `exit code ${exit.exitCode}` : said}`;
      throw exit.exitCode === 4 ? refusal(message, 401) : new TransientFailure(message);
    },
  };
}

/** A colon or a brace in a path would be a placeholder to them: both stand encoded there. */
function apiLine(host: string, { method, path, body }: ApiRequest): readonly string[] {
  const input = body === undefined ? [] : ['--header', 'Content-Type: application/json', '--input', '-'];
  return ['api', '--hostname', host, '--include', '--method', method, ...input, path];
}

/** Status line, headers, an empty line, and the body; line ends are both kinds. */
function answerIn(output: string): ApiAnswer | undefined {
  const [, status, head, body] = /^HTTP\/\S+ (\d{3})[^\n]*\n((?:[^\r\n]+\r?\n)*)\r?\n(.*)$/s.exec(output) ?? [];
  if (status === undefined || head === undefined || body === undefined) return undefined;
  const headers = new Headers();
  for (const line of head.split(/\r?\n/)) {
    const [, field, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (field !== undefined && value !== undefined) headers.append(field, value);
  }
  const read = parseForeignJson(body);
  return { status: Number(status), headers, body: 'problem' in read ? undefined : read.value };
}

interface ProgramExit {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What they read of the environment to find where they are signed in, and what keeps them from asking, colouring and updating. */
const variables = ['GH_*', 'GITHUB_*', 'GLAB_*', 'GITLAB_*', 'DBUS_SESSION_BUS_ADDRESS'];
const settings = {
  GH_PROMPT_DISABLED: '1',
  GH_NO_UPDATE_NOTIFIER: '1',
  GLAB_CHECK_UPDATE: 'false',
  NO_PROMPT: '1',
  NO_COLOR: '1',
};

function run(name: string, args: readonly string[], input: string, place: ProgramPlace): Promise<ProgramExit> {
  const { cwd, signal, timeoutMs = 60_000 } = place;
  const env = allowedEnvironment({ base: place.env, allow: variables, set: settings });
  return new Promise((resolve, reject) => {
    const options = { cwd, env, signal, timeout: timeoutMs, maxBuffer: 32 * 1024 * 1024 } as const;
    const child = execFile(name, [...args], options, (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason as Error); // whatever its controller was given
      if (error?.killed) return reject(new TransientFailure(`${name} gave no answer within ${timeoutMs / 1_000} s`));
      if (error && typeof error.code !== 'number') {
        return reject(refusal(`${name} could not be run: ${error.message}`));
      }
      resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
    // A program that does not read to the end is within its rights.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
