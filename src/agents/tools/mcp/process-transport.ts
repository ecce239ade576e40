import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/client';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { messageOf } from '../../../shared/errors.ts';
import { BoundedText } from '../../../shared/process/bounded-text.ts';
import { OutputTooLongError, readLines } from '../../../shared/process/lines.ts';
import { exitFacts, startGroup, type ProcessGroup } from '../../../shared/process/process-group.ts';
import { withoutSecrets } from '../../../shared/process/without-secrets.ts';
import type { ToolServices } from '../tool.ts';

/** A server as a program, and what it is started with. */
export interface ServerProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly services: Pick<ToolServices, 'operation' | 'redactor' | 'emit' | 'signal'>;
  /** It is gone, for whatever reason. */
  readonly onEnd: () => void;
}

/** One message: results of some megabytes pass. All of them: a session's work passes, a flood does not. */
const limits = { lineBytes: 16 * 1024 * 1024, totalBytes: 1024 * 1024 * 1024 };
const errorLimit = 2 * 1024;
const lingerMs = 1_000;
/** A banner, a stack trace, not a flood. */
const mostStrangers = 1_000;

/**
 * Speaks to a server over its standard streams, one message a line. The SDK's own transport for this starts servers as
 * plain children, which would outlive a killed Orchestra; here they stand in a guarded process group (R7).
 */
export class ProcessTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  readonly #program: ServerProgram;
  #group: ProcessGroup | undefined;
  #over: Promise<string> | undefined;
  /** Lines since the last message that were none. */
  #strangers = 0;

  constructor(program: ServerProgram) {
    this.#program = program;
  }

  async start(): Promise<void> {
    const { command, args, cwd, env, services } = this.#program;
    const { operation, signal, emit } = services;
    this.#group = await startGroup({
      command,
      args,
      cwd,
      env,
      operation,
      signal,
      keepsInput: true,
      onStarted: (facts) => emit({ type: 'ProcessStarted', ...facts, command: [command, ...args].join(' ') }),
    });
    this.#over = this.#serve(this.#group);
    // An end that cannot be recorded is told by whoever asks for it: `ending`, `close`.
    this.#over.catch(() => undefined);
  }

  /** How the server ended; waits for its end. Undefined where it was never started. */
  ending(): Promise<string | undefined> {
    return Promise.resolve(this.#over);
  }

  async #serve(group: ProcessGroup): Promise<string> {
    const { redactor, emit } = this.#program.services;
    const errors = BoundedText.of(withoutSecrets(group.stderr, redactor.stream()), 0, errorLimit);
    let problem: string | undefined;
    try {
      for await (const line of readLines(group.stdout, limits)) this.#receive(line);
    } catch (thrown) {
      problem = messageOf(thrown);
      await group.end();
    }
    // Who says nothing any more is of no use, and has a moment to end by itself and say how.
    const lingering = setTimeout(() => void group.end(), lingerMs);
    const exit = await group.exited;
    clearTimeout(lingering);
    try {
      await emit({ type: 'ProcessExited', ...exitFacts(group, exit) });
    } finally {
      this.#program.onEnd();
      this.onclose?.();
    }
    const said = (await errors).text().trim();
    return [problem ?? `exit code ${exit.exitCode ?? exit.signal}`, ...(said === '' ? [] : [said])].join(': ');
  }

  /** @throws OutputTooLongError for a program that goes on printing what is no message */
  #receive(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch (thrown) {
      // Some servers print other things among their messages.
      this.onerror?.(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
      this.#strangers += 1;
      if (this.#strangers > mostStrangers) throw new OutputTooLongError('it prints lines that are no messages of MCP');
      return;
    }
    this.#strangers = 0;
    this.onmessage?.(message);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#group?.stdin;
    if (!stdin) throw new Error('the server is not running');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    await promise;
  }

  async close(): Promise<void> {
    await this.#group?.end();
    await this.#over;
  }
}
