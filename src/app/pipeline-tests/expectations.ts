import type { Expectations } from '../../contract/config/pipeline-test.ts';
import type { Diagnostic } from '../../contract/diagnostic.ts';
import type { ResultStatus } from '../../contract/run.ts';
import type { RunView } from '../../contract/run-view.ts';
import { canonicalJson, type Json } from '../../shared/json.ts';

/** What a test came to. */
export interface Tested {
  readonly status: ResultStatus;
  readonly exitCode: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where the pipeline was refused. */
  readonly run?: {
    readonly view: RunView;
    /** What a node answered or printed last, in full. */
    readonly output: (node: string) => Promise<string | undefined>;
  };
}

/** An expectation that does not hold. */
export interface Failure {
  /** Its key in the test file, as a path: `context.verdict`. */
  readonly path: readonly string[];
  readonly expected: Json;
  readonly actual: Json;
  /** What is wrong, where the two do not say it. */
  readonly message?: string;
}

type Check = (expected: Expectations, tested: Tested) => readonly Failure[] | Promise<readonly Failure[]>;

/** All that does not hold, in the order of the reference. */
export async function failuresOf(expected: Expectations, tested: Tested): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const check of checks) failures.push(...(await check(expected, tested)));
  return failures;
}

const checks: readonly Check[] = [
  ({ diagnostics = [] }, tested) => diagnosticsFailures(diagnostics, tested),
  ({ status }, tested) => equal(['status'], status, tested.status, tested.run?.view.failureReason),
  ({ exit_code: code }, { exitCode }) => equal(['exit_code'], code, exitCode),
  ({ failure }, { run }) => contained(['failure'], failure, run?.view.failureReason),
  ({ visited }, { run }) => equal(['visited'], visited, visitedBy(run)),
  ({ visited_in_order: order }, { run }) => inOrder(order, visitedBy(run)),
  ({ not_visited: nodes = [] }, { run }) => notVisited(nodes, run),
  ({ context = {} }, { run }) =>
    Object.entries(context).flatMap(([key, value]) => equal(['context', key], value, run?.view.context[key])),
  ({ outputs = {} }, { run }) => outputFailures(outputs, run),
  ({ max_cost: most }, { run }) => costFailures(most, run?.view.usage.costUsd ?? 0),
];

/** Every named rule is reported, and every error named. */
function diagnosticsFailures(rules: readonly string[], { diagnostics }: Tested): readonly Failure[] {
  const reported = [...new Set(diagnostics.map(({ rule }) => rule))];
  const errors = diagnostics.filter(({ severity, rule }) => severity === 'error' && !rules.includes(rule));
  const missing = rules.filter((rule) => !reported.includes(rule));
  const places = errors.map(({ file, line, column, rule, message }) => `${file}:${line}:${column} ${rule}: ${message}`);
  if (errors.length === 0 && missing.length === 0) return [];
  const message = [...missing.map((rule) => `${rule} is not reported`), ...places].join('\n');
  return [{ path: ['diagnostics'], expected: [...rules], actual: reported, message }];
}

function equal(
  path: readonly string[],
  expected: Json | undefined,
  actual: Json | undefined,
  reason?: string,
): readonly Failure[] {
  if (expected === undefined || (actual !== undefined && canonicalJson(expected) === canonicalJson(actual))) return [];
  const message = actual === undefined ? 'there is none' : reason;
  return [{ path, expected, actual: actual ?? null, ...(message !== undefined && { message }) }];
}

function contained(path: readonly string[], part: string | undefined, text: string | undefined): readonly Failure[] {
  if (part === undefined || text?.includes(part)) return [];
  const message = text === undefined ? 'there is none' : 'it does not contain that';
  return [{ path, expected: part, actual: text ?? null, message }];
}

function inOrder(order: readonly string[] | undefined, visited: readonly string[]): readonly Failure[] {
  if (!order) return [];
  let at = 0;
  for (const node of visited) if (node === order[at]) at += 1;
  if (at === order.length) return [];
  const message = `${order[at]} does not come ${at === 0 ? 'at all' : `after ${order.slice(0, at).join(', ')}`}`;
  return [{ path: ['visited_in_order'], expected: [...order], actual: [...visited], message }];
}

function notVisited(nodes: readonly string[], run: Tested['run']): readonly Failure[] {
  const executed = nodes.filter((node) => Object.hasOwn(run?.view.attempts ?? {}, node));
  if (executed.length === 0) return [];
  const message = `${executed.join(', ')} ${executed.length === 1 ? 'was' : 'were'} executed`;
  return [{ path: ['not_visited'], expected: [...nodes], actual: executed, message }];
}

async function outputFailures(
  outputs: NonNullable<Expectations['outputs']>,
  run: Tested['run'],
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const [node, parts] of Object.entries(outputs)) {
    const output = await run?.output(node);
    for (const part of [parts].flat()) failures.push(...contained(['outputs', node], part, output));
  }
  return failures;
}

function costFailures(most: number | undefined, cost: number): readonly Failure[] {
  if (most === undefined || cost <= most) return [];
  return [{ path: ['max_cost'], expected: most, actual: cost }];
}

function visitedBy(run: Tested['run']): string[] {
  return [...(run?.view.visited ?? [])];
}
