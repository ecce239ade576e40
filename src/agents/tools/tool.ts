import type { StepEvent } from '../../contract/event.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Redactor } from '../../shared/redaction.ts';

/** Something a model of ours may ask for while it works: built in, written in code or YAML, or a server's (MCP). */
export interface Tool {
  /** What models call it: letters, digits, `_` and `-`, at most 64 of them, which all model APIs accept. */
  readonly name: string;
  /** What it does and when to use it, for the model. */
  readonly description: string;
  /** JSON Schema of its input, an object. */
  readonly parameters: JsonObject;
  /** What it touches; the permissions of a session decide by it. */
  readonly access: ToolAccess;
  /**
   * Works on a checked input. What it throws is told to the model as a result with `isError`, best as a `ToolProblem`;
   * only failures of the machine (`machineFailureIn`) end the step.
   */
  run(input: JsonObject, services: ToolServices): Promise<ToolResult>;
}

/**
 * - `read`: looks at the working folder and nothing else.
 * - `write`: changes files of the working folder.
 * - `execute`: runs programs, or reaches beyond the working folder.
 */
export type ToolAccess = 'read' | 'write' | 'execute';

/** What whoever makes a call says of it. */
export interface ToolContext {
  /** The folder the work happens in; paths are relative to it and never leave it. */
  readonly cwd: string;
  /** Variables that programs see beside the allow-listed ones, for example ORCHESTRA_STATUS_FILE. */
  readonly env: Readonly<Record<string, string>>;
  /** Unique in the run and the same when a call is made again after a crash, for tools that can use it to do nothing twice. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** What a tool works with: the facts of its call, and what its toolbox lends it. */
export interface ToolServices extends ToolContext {
  /** The whole environment of programs it starts. */
  readonly env: Readonly<Record<string, string>>;
  /** The mark of the processes it starts, by which they are found again (`GroupStart.operation`). */
  readonly operation: string;
  /** For texts that are cut before they are given back: half a secret is found by nobody. */
  readonly redactor: Redactor;
  /** Records an event of the step, for example that a process was started. */
  emit(event: StepEvent): Promise<void>;
}

/** Why a call could not be answered, in words for the model. */
export class ToolProblem extends Error {
  override readonly name = 'ToolProblem';
}

export interface ToolResult {
  /** What the model is told. */
  readonly text: string;
  readonly isError: boolean;
  readonly changes?: readonly ToolFileChange[];
}

export interface ToolFileChange {
  /** Relative to the working folder. */
  readonly path: string;
  readonly change: 'created' | 'modified' | 'deleted';
}

/** The tools of one session, with what stands around every call: permissions, hooks, checks and limits. */
export interface Toolbox {
  /** Those the session may use: what a model is told of. */
  readonly tools: readonly Tool[];
  /**
   * Never rejects for what a model asks: unknown tools, wrong input and refused calls are results with `isError`. Rejects
   * when the call's signal is aborted, and with failures of the machine.
   */
  call(name: string, input: unknown, context: ToolContext): Promise<ToolboxResult>;
  close(): Promise<void>;
}

export interface ToolboxResult extends ToolResult {
  /** The permissions of the session do not let it run. */
  readonly denied?: true;
}
