import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StepEvent } from '../../src/contract/event.ts';
import type { Tool, ToolContext, ToolResult, ToolServices } from '../../src/agents/tools/tool.ts';
import { createToolbox, type ToolboxOptions } from '../../src/agents/tools/toolbox.ts';
import { createRedactor } from '../../src/shared/redaction.ts';

/** A folder for tools to work in, gone after the test. */
export interface ToolScene {
  /** Stands in a folder of its own, so that tests can put things beside it. */
  readonly folder: string;
  readonly events: StepEvent[];
  readonly kept: string[];
  readonly services: ToolServices;
  readonly context: ToolContext;
  write(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  git(...args: readonly string[]): void;
  /** A toolbox with `full` permissions unless told. */
  toolbox(options: Partial<ToolboxOptions> & Pick<ToolboxOptions, 'tools'>): ReturnType<typeof createToolbox>;
  /** Calls one tool as a toolbox does. */
  call(tool: Tool, input: unknown): Promise<ToolResult>;
}

const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' };

export function newToolScene({ signal = new AbortController().signal } = {}): ToolScene {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'tools-')));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const folder = join(base, 'work');
  mkdirSync(folder);
  const events: StepEvent[] = [];
  const kept: string[] = [];
  const emit = async (event: StepEvent): Promise<void> => void events.push(event);
  const redactor = createRedactor({ SECRET: 'swordfish-123' });
  const context: ToolContext = { cwd: folder, env: {}, key: 'call-1', signal };
  const operation = `tools/${base}`;
  const scene: ToolScene = {
    folder,
    events,
    kept,
    context,
    services: { ...context, env, operation, redactor, emit },
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    git: (...args) =>
      void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, stdio: 'pipe' }),
    toolbox: (options) =>
      createToolbox({
        permissions: 'full',
        baseEnv: env,
        operation,
        redactor,
        onEvent: emit,
        keep: async (text) => {
          kept.push(text);
          return `kept ${kept.length}`;
        },
        ...options,
      }),
    call: (tool, input) => scene.toolbox({ tools: [tool] }).call(tool.name, input, context),
  };
  return scene;
}
