import { isAbsolute, normalize, sep } from 'node:path';
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** One turn of a scripted agent: what it says, and what it does to files, in this order. */
export interface ScriptedTurn {
  readonly text?: string;
  /** What it waits before it begins. */
  readonly delayMs: number;
  readonly changes: readonly ScriptedChange[];
}

export type ScriptedChange =
  | { readonly kind: 'write' | 'append'; readonly path: string; readonly content: string }
  | { readonly kind: 'delete'; readonly path: string };

/** A turn as scripts write it: `{"text": ..., "files": {"path": "content" or null}, "append": {"path": "more"}}`. */
export const turnObject = z
  .strictObject({
    text: z.string().optional(),
    files: filesObject('a text, or null to delete it', (content) => typeof content === 'string' || content === null),
    append: filesObject('a text', (content) => typeof content === 'string'),
    delay_ms: z.number().int().nonnegative().optional(),
  })
  .transform(({ text, files = {}, append = {}, delay_ms: delayMs = 0 }): ScriptedTurn => {
    const written = Object.entries(files).map(([path, content]): ScriptedChange =>
      typeof content === 'string' ? { kind: 'write', path, content } : { kind: 'delete', path },
    );
    const appended = Object.entries(append).map(([path, content]): ScriptedChange => {
      // What is no text was refused.
      return { kind: 'append', path, content: content as string };
    });
    return { ...(text !== undefined && { text }), delayMs, changes: [...written, ...appended] };
  });

/** Not a record of zod: it would lose a file `__proto__`. */
function filesObject(expected: string, isContent: (content: unknown) => boolean) {
  return z
    .custom<JsonObject>(isJsonObject, 'Invalid input: expected record')
    .superRefine((files, context) => {
      for (const [path, content] of Object.entries(files)) {
        const problem = isContent(content) ? pathProblem(path) : `${expected} is expected`;
        if (problem !== undefined) context.addIssue({ code: 'custom', path: [path], message: problem });
      }
    })
    .optional();
}

/** Where a link really leads is looked at when the turn is taken. */
function pathProblem(path: string): string | undefined {
  const way = normalize(path);
  const leadsOut = isAbsolute(path) || way === '..' || way.startsWith(`..${sep}`);
  if (leadsOut) return 'the path leads out of the folder of the step';
  return path === '' || way === '.' || way.endsWith(sep) ? 'a path of a file is expected' : undefined;
}
