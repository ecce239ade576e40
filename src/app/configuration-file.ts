import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { cliAgents } from '../agents/cli/all-agents.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { OrchestraError } from '../shared/errors.ts';

const agent = z.strictObject({
  /** The program: a name on the PATH, or a path. */
  executable: z.string().optional(),
  /** What it may do without asking; nobody is there to be asked. */
  permissions: z.enum(['read-only', 'workspace-write', 'full']).optional(),
  /** What else it may do, in the agent's own form: `Bash(npm test:*)`. */
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
  agents: z.strictObject(Object.fromEntries(cliAgents.map(({ id }) => [id, agent.optional()]))).default({}),
});

type Issue = z.core.$ZodIssue;

type AgentSettings = z.infer<typeof agent>;

export type Configuration = Omit<z.infer<typeof schema>, 'agents'> & {
  readonly agents: Readonly<Record<string, AgentSettings | undefined>>;
};

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
  const culprit = issue && unknownKey(document, issue);
  const node = culprit?.node ?? (document.getIn(issue?.path ?? [], true) as Placed | undefined);
  throw new OrchestraError('CONFIG_INVALID', `${place(node?.range?.[0] ?? 0)}: ${issue?.message ?? 'not valid'}`, {
    ...(issue && hintFor(document, issue)),
  });
}

interface Placed {
  readonly range?: readonly number[] | null | undefined;
}

/** The key that should not be there, which a place inside the file names better than the map it stands in. */
function unknownKey(document: Document, issue: Issue): { readonly name: string; readonly node: Placed } | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  const [name = ''] = issue.keys;
  const map = document.getIn(issue.path, true);
  const pair = isMap(map) ? map.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
  return isScalar(pair?.key) ? { name, node: pair.key } : undefined;
}

function hintFor(document: Document, issue: Issue): { readonly hint?: string } {
  const unknown = unknownKey(document, issue);
  if (unknown) return { hint: didYouMean(unknown.name, keysAt(issue.path)) };
  if (issue.code !== 'invalid_value') return {};
  return { hint: didYouMean(String(document.getIn(issue.path)), issue.values.map(String)) };
}

/** The keys that may stand at a path: those of the file, of `agents`, of an agent. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const keys = [Object.keys(schema.shape), cliAgents.map(({ id }) => id), Object.keys(agent.shape)];
  return keys[path.length] ?? [];
}
