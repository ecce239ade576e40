import { eventKey } from '../contract/event-key.ts';
import type { EventLine } from '../contract/event-line.ts';
import { turnTypes, type PipelineEdited } from '../engine/ports/turns.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { nearest } from '../language/scan/nearest.ts';
import { OrchestraError } from '../shared/errors.ts';
import { loadGraphs } from './bundles.ts';

/**
 * Whether an event speaks of the place a person names: `scan` is every visit of that node, `scan#2` the
 * second, `fan#1/security/scan` the one in that branch, and `fan#1/security` all that happens there.
 */
export function isAbout(place: string): (line: EventLine) => boolean {
  const covers = isIn(place);
  return (line) => placesOf(line).some(covers);
}

/** The same for the keys of visits. */
export function isIn(place: string): (key: string) => boolean {
  const wanted = segmentsOf(place);
  return (key) => fits(wanted, segmentsOf(key));
}

/**
 * Refuses a place whose node neither the pipeline of a run has, nor one that it was edited to, nor one
 * below them.
 * @throws OrchestraError NODE_UNKNOWN with the node that may have been meant
 */
export async function assertNode(journal: Journal, row: RunRow, place: string): Promise<void> {
  const name = segmentsOf(place).at(-1)?.name ?? '';
  const nodes = await nodesOf(journal, row.bundle);
  if (nodes.has(name)) return;
  for await (const { type, payload } of journal.turns(row.id, { payloadsOf: new Set([turnTypes.pipelineEdited]) })) {
    if (type !== turnTypes.pipelineEdited) continue;
    // Written by this program and kept as it was.
    const { bundle } = payload as unknown as PipelineEdited;
    for (const node of await nodesOf(journal, bundle)) nodes.add(node);
  }
  if (nodes.has(name)) return;
  const near = nearest(name, nodes);
  throw new OrchestraError('NODE_UNKNOWN', `run ${row.id} of ${row.pipeline} has no node ${name}`, {
    hint: near === undefined ? `See its nodes with: orchestra graph ${row.id}` : `Did you mean \`${near}\`?`,
  });
}

/** Ids of all nodes of a stored pipeline and of those below it. */
export async function nodesOf(journal: Journal, bundle: string): Promise<Set<string>> {
  const graphs = await loadGraphs(journal, bundle);
  return new Set(graphs.flatMap((graph) => [...graph.nodes.keys()]));
}

interface Segment {
  readonly name: string;
  readonly visit: string | undefined;
}

/** `fan#1/security/scan#2@3`: the number of an attempt plays no part. */
function segmentsOf(path: string): readonly Segment[] {
  return path.split('/').map((segment) => {
    const [name = '', visit] = segment.replace(/[@:].*$/, '').split('#');
    return { name, visit };
  });
}

function fits(wanted: readonly Segment[], path: readonly Segment[]): boolean {
  const isNode = agree(wanted, path.slice(-wanted.length));
  // A single name is that of a node: a branch is named like the first of its nodes.
  return isNode || (wanted.length > 1 && agree(wanted, path.slice(0, wanted.length)));
}

function agree(wanted: readonly Segment[], path: readonly Segment[]): boolean {
  if (wanted.length !== path.length) return false;
  return wanted.every(({ name, visit }, index) => {
    const other = path[index];
    return name === other?.name && (visit === undefined || other.visit === undefined || visit === other.visit);
  });
}

/** The paths of the nodes an event speaks of; none for those of the run as a whole. */
function placesOf(line: EventLine): readonly string[] {
  if ('key' in line) return [line.key];
  if (line.type === 'SteeringReceived') return line.node === undefined ? [] : [line.node];
  const key = eventKey(line);
  if (key === undefined) return [];
  // A branch belongs to its fan-out as well.
  const isBranch = line.type === 'ParallelBranchStarted' || line.type === 'ParallelBranchCompleted';
  return isBranch ? [key, key.slice(0, -line.branch.length - 1)] : [key];
}
