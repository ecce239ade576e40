import type { StepServices } from '../../engine/ports/step.ts';
import { formatDuration } from '../../shared/duration.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { startConfined } from '../../shared/process/confined-group.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import { endStale } from '../../shared/process/end-group.ts';
import { allowedEnvironment } from '../../shared/process/environment.ts';
import { exitFacts } from '../../shared/process/process-group.ts';
import { withoutSecrets } from '../../shared/process/without-secrets.ts';

export interface FolderCommandPorts {
  /** The environment of Orchestra; commands see the allow-listed part of it. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  readonly confinement?: Confinement | undefined;
}

export interface CommandPlace {
  readonly folder: string;
  /** Of the step it belongs to. */
  readonly services: StepServices;
  readonly timeoutMs?: number;
}

/** Runs a command of the project in one of a run's folders. */
export type FolderCommand = (command: string, place: CommandPlace) => Promise<void>;

/** Bytes of each output that a failure tells. */
const toldOutput = 2 * 1024;

/** Commands by /bin/sh, that reject with the end of what they said where they do not succeed. */
export function createFolderCommand({ baseEnv, confinement }: FolderCommandPorts): FolderCommand {
  return async (command, { folder, services, timeoutMs }) => {
    const operation = `${services.runId}/${services.key}`;
    for (const event of await services.earlier()) {
      if (event.type === 'ProcessStarted' && event.command === command) await endStale({ ...event, operation });
    }
    const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const group = await startConfined({
      confinement,
      command: '/bin/sh',
      args: ['-c', command],
      cwd: folder,
      env: allowedEnvironment({ base: baseEnv }),
      operation,
      signal: timeout ? AbortSignal.any([services.signal, timeout]) : services.signal,
      onStarted: (facts) => services.emit({ type: 'ProcessStarted', ...facts, command }),
    });
    const tail = (stream: AsyncIterable<Uint8Array>): Promise<BoundedText> =>
      BoundedText.of(withoutSecrets(stream, services.redactor.stream()), 0, toldOutput);
    const [exit, ...outputs] = await Promise.all([group.exited, tail(group.stdout), tail(group.stderr)]).finally(() =>
      group.end(),
    );
    await services.emit({ type: 'ProcessExited', ...exitFacts(group, exit) });
    services.signal.throwIfAborted();
    if (timeout?.aborted) throw new Error(`it was not done after ${formatDuration(timeoutMs ?? 0)}`);
    if (exit.exitCode === 0) return;
    const said = outputs.map((output) => output.text().trim()).filter((text) => text !== '');
    throw new Error(
      [exit.signal === null ? `exit code ${exit.exitCode}` : `signal ${exit.signal}`, ...said].join(': '),
    );
  };
}
