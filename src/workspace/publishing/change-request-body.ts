import type { NodeVisit, RepositoryView, RunView, UsageTotals } from '../../contract/run-view.ts';
import { formatDuration } from '../../shared/duration.ts';
import type { Redactor } from '../../shared/redaction.ts';
import { oneLine, shortened } from '../line-of-text.ts';
import { code, plainText } from './markdown-text.ts';

/** A commit of the run's own branch. */
export interface PublishedCommit {
  readonly sha: string;
  readonly subject: string;
  /** The node it was made at (`Orchestra-Node`), where one is known. */
  readonly node?: string;
}

export interface ChangeRequestFacts {
  readonly view: RunView;
  readonly repository: RepositoryView;
  /** Oldest first. */
  readonly commits: readonly PublishedCommit[];
  /** The last words of nodes by their id, for those that left no notes. */
  readonly said?: Readonly<Record<string, string>>;
  /** The command of `workspace.verify`, where it has succeeded on what is published. */
  readonly verifiedBy?: string;
  readonly redactor: Redactor;
  /** Folders of this machine, which nobody elsewhere has: what is told of them starts below. */
  readonly folders?: readonly string[];
}

const longestTitle = 100;
const longestNote = 300;
const longestCommand = 200;
const longestGoal = 1_000;
/** Entries of a list. */
const mostListed = 50;
/** GitHub takes 65,536 characters, the others more; people may write around it. */
const longestBody = 50_000;

/** The goal of the run, else its pipeline and its id. */
export function changeRequestTitle({ view, redactor }: Pick<ChangeRequestFacts, 'view' | 'redactor'>): string {
  const [firstLine = ''] = redactor.text(view.goal).trim().split('\n');
  const goal = oneLine(firstLine);
  return shortened(goal === '' ? oneLine(`${view.pipeline} ${view.runId}`) : goal, longestTitle);
}

/**
 * What a run did, for those who shall take it over: goal, nodes, how it was verified, commits, cost. Markdown without a
 * link; text of agents in it is text. Where much was done, lists are cut.
 */
export function changeRequestBody(facts: ChangeRequestFacts): string {
  let most = mostListed;
  let body = bodyListing(facts, most);
  while (body.length > longestBody && most > 0) {
    most = Math.floor(most / 2);
    body = bodyListing(facts, most);
  }
  return body;
}

function bodyListing(facts: ChangeRequestFacts, most: number): string {
  const { view, commits, verifiedBy } = facts;
  const text = cleaner(facts);
  const nodes = workedNodes(view);
  const lineOf = (node: WorkedNode): string => nodeLine(node, text, facts.said ?? {});
  const proofs = [
    ...(verifiedBy === undefined ? [] : [`- ${code(text(verifiedBy), longestCommand)} succeeded on the merged work`]),
    ...listed(nodes.filter(provesWork), most, lineOf),
  ];
  const works = nodes.filter((node) => !provesWork(node));
  return [
    opening,
    ...(view.goal.trim() === '' ? [] : [`> ${plainText(text(view.goal), longestGoal)}`, '']),
    ...section('What was done', listed(works, most, lineOf)),
    ...section('How it was verified', proofs.length === 0 ? ['Nothing of the run verified it.'] : proofs),
    ...section(
      'Commits',
      listed(commits, most, (commit) => commitLine(commit, text)),
    ),
    ...section('Run', [runLine(view)]),
    closing,
  ].join('\n');
}

/** Our part of a description stands between these; hosts do not show them. */
const opening = '<!-- orchestra: what stands up to the end mark is written anew when the run is published again -->';
const closing = '<!-- orchestra: end -->';

/** The description with our part replaced. What people wrote around it stays; where they took our part out, it comes back at the end. */
export function withOurPart(description: string, ours: string): string {
  // Hosts keep the line ends of the form a description was edited in.
  const known = description.replaceAll('\r\n', '\n');
  const from = known.indexOf(opening);
  const to = known.indexOf(closing, from);
  if (from !== -1 && to !== -1) return known.slice(0, from) + ours + known.slice(to + closing.length);
  return known.trim() === '' ? ours : `${known.trimEnd()}\n\n${ours}`;
}

/** Secrets and folders of this machine taken out, before anything is cut. */
function cleaner({ redactor, repository, folders = [] }: ChangeRequestFacts): (text: string) => string {
  const own = [repository.worktree, ...repository.branches.map(({ worktree }) => worktree), repository.path, ...folders]
    .filter((folder) => folder.length > 1)
    .sort((a, b) => b.length - a.length);
  return (text) =>
    own.reduce((rest, folder) => rest.replaceAll(`${folder}/`, '').replaceAll(folder, '.'), redactor.text(text));
}

interface WorkedNode {
  readonly node: string;
  readonly visits: number;
  readonly last: NodeVisit;
  readonly usage: UsageTotals | undefined;
}

/** Handlers that only lead the walk. */
const leading: ReadonlySet<string> = new Set(['start', 'exit', 'conditional', 'parallel', 'parallel.fan_in']);

/** What commands and people say of the work. */
function provesWork({ last: { handler } }: WorkedNode): boolean {
  return handler === 'tool' || handler === 'wait.human';
}

/** By node, in the order of their first visits. */
function workedNodes({ nodes, nodeUsage }: RunView): readonly WorkedNode[] {
  const visits = Map.groupBy(
    nodes.filter(({ handler }) => !leading.has(handler)),
    ({ node }) => node,
  );
  return [...visits].flatMap(([node, all]) => {
    const last = all.at(-1);
    return last ? [{ node, visits: all.length, last, usage: nodeUsage[node] }] : [];
  });
}

function nodeLine(
  { node, visits, last, usage }: WorkedNode,
  text: (raw: string) => string,
  said: Readonly<Record<string, string>>,
): string {
  const facts = [
    last.status.replaceAll('_', ' '),
    ...(visits > 1 ? [`${visits} visits`] : []),
    ...(usage?.costUsd === undefined ? [] : [money(usage.costUsd)]),
  ];
  const told = last.failureReason ?? (isWorthTelling(last) ? last.notes : undefined) ?? said[node];
  const behind = told === undefined || told.trim() === '' ? '' : `: ${plainText(text(told), longestNote)}`;
  return `- **${plainText(text(node), longestCommand)}** (${facts.join(', ')})${behind}`;
}

/** Not what the engine notes where nobody did. */
function isWorthTelling({ node, notes }: NodeVisit): boolean {
  return notes !== undefined && notes !== `Stage completed: ${node}` && !notes.startsWith('auto-status: ');
}

function commitLine({ sha, subject, node }: PublishedCommit, text: (raw: string) => string): string {
  const where = node === undefined ? '' : ` (${plainText(text(node), longestCommand)})`;
  return `- ${sha.slice(0, 12)} ${plainText(text(subject), longestNote)}${where}`;
}

function runLine({ runId, pipeline, durationMs, usage }: RunView): string {
  const { inputTokens, outputTokens, costUsd } = usage;
  const used = inputTokens + outputTokens === 0 ? [] : [`${count(inputTokens)} tokens in, ${count(outputTokens)} out`];
  const cost = costUsd === undefined ? [] : [money(costUsd)];
  const facts = [formatDuration(durationMs), ...used, ...cost].join(', ');
  return `${code(runId, longestCommand)} of ${plainText(pipeline, longestCommand)}: ${facts}.`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}

function listed<T>(items: readonly T[], most: number, line: (item: T) => string): readonly string[] {
  const lines = items.slice(0, most).map(line);
  return items.length <= most ? lines : [...lines, `- and ${count(items.length - most)} more`];
}

function money(usd: number): string {
  return String.raw`\$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
