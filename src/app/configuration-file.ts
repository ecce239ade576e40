import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { OrchestraError } from '../shared/errors.ts';

const claudeCode = z.strictObject({
  /** What it may do without asking; nobody is there to be asked. */
  permissions: z.enum(['read-only', 'workspace-write', 'full']).optional(),
  /** What else it may do, in Claude Code's own form: `Bash(npm test:*)`. */
  allowed_tools: z.array(z.string()).optional(),
  /** Names of environment variables it may see beyond its own, for example `AWS_*`. */
  allow_env: z.array(z.string()).optional(),
  /** It runs where it can do no harm: `full` permissions are then possible for root, too. */
  sandboxed: z.boolean().optional(),
});

const schema = z.strictObject({
  /** Backend of codergen nodes where neither flag nor pipeline names one. */
  backend: z.string().optional(),
  /** Names of environment variables whose values never reach the journal. */
  secrets: z.array(z.string()).default([]),
  /** Settings of agents, by the name of their backend. */
  agents: z.strictObject({ 'claude-code': claudeCode.optional() }).default({}),
});

export type Configuration = z.infer<typeof schema>;

/**
 * Reads the text of an `orchestra.yaml`.
 * @throws OrchestraError CONFIG_INVALID with file:line:column of the culprit
 */
export function parseConfiguration(path: string, text: string): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken) throw new OrchestraError('CONFIG_INVALID', `${place(broken.pos[0])}: ${broken.message}`);
  const read = schema.safeParse(document.toJS() ?? {});
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const node = document.getIn(issue?.path ?? [], true) as { readonly range?: readonly number[] } | undefined;
  throw new OrchestraError('CONFIG_INVALID', `${place(node?.range?.[0] ?? 0)}: ${issue?.message ?? 'not valid'}`);
}
