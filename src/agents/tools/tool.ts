import type { JsonObject } from '../../shared/json.ts';

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
  /** Works on a checked input. What goes wrong is told to the model as a result with `isError`; a throw is a defect of the tool. */
  run(input: JsonObject, context: ToolContext): Promise<ToolResult>;
}

/**
 * - `read`: looks at the working folder and nothing else.
 * - `write`: changes files of the working folder.
 * - `execute`: runs programs, or reaches beyond the working folder.
 */
export type ToolAccess = 'read' | 'write' | 'execute';

export interface ToolContext {
  /** The folder the work happens in; paths are relative to it and never leave it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Unique in the run and the same when a call is made again after a crash, for tools that can use it to do nothing twice. */
  readonly key: string;
  readonly signal: AbortSignal;
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
  readonly tools: readonly Tool[];
  /** Never rejects for what a model asks: unknown tools, wrong input and refused calls are results with `isError`. */
  call(name: string, input: unknown, context: ToolContext): Promise<ToolboxResult>;
  close(): Promise<void>;
}

export interface ToolboxResult extends ToolResult {
  /** The permissions of the session do not let it run. */
  readonly denied?: true;
}
