import type { BlobHash, RunRow, Turn } from '../../engine/ports/journal.ts';
import type { RunWeight, Swept } from '../../engine/ports/journal-upkeep.ts';
import type { InboxEntry } from '../../contract/command.ts';
import { referencesIn } from '../references.ts';

/** What of a memory journal's store its upkeep works on. */
export interface UpkeepStore {
  readonly runs: Map<string, UpkeepRun>;
  readonly blobs: Map<BlobHash, Uint8Array>;
}

interface UpkeepRun {
  readonly created: Omit<RunRow, 'state' | 'waiting' | 'updatedAt'>;
  readonly turns: readonly Turn[];
  readonly inbox: readonly InboxEntry[];
}

/** A run and the runs it started, at any depth, itself first; empty when there is no such run. */
export function treeOf({ runs }: UpkeepStore, runId: string): readonly string[] {
  const tree = runs.has(runId) ? [runId] : [];
  // By index, so that the children of what is found are looked for too.
  for (let index = 0; index < tree.length; index++) {
    for (const [id, { created }] of runs) if (created.parent?.runId === tree[index]) tree.push(id);
  }
  return tree;
}

/** Runs outside a tree that were forked from one in it. */
export function forksOf({ runs }: UpkeepStore, tree: readonly string[]): readonly string[] {
  const forks = [...runs].filter(([, { created }]) => tree.includes(created.forkOf?.runId ?? ''));
  return forks.map(([id]) => id).filter((id) => !tree.includes(id));
}

export function weighTree(store: UpkeepStore, runId: string): RunWeight {
  const tree = treeOf(store, runId);
  const bytes = tree.reduce((sum, id) => sum + bytesOf(store.runs.get(id)), 0);
  return { runId, tree, bytes, forks: forksOf(store, tree) };
}

/** Blobs that nothing but these runs refers to, or nothing at all. */
export function unusedBlobs({ runs, blobs }: UpkeepStore, gone: ReadonlySet<string>): readonly BlobHash[] {
  const used = new Set<BlobHash>();
  const texts = [...runs].flatMap(([id, run]) => (gone.has(id) ? [] : [JSON.stringify(run)]));
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const { hash } of referencesIn(text)) {
      if (used.has(hash)) continue;
      used.add(hash);
      const content = blobs.get(hash);
      if (content) texts.push(new TextDecoder().decode(content));
    }
  }
  return [...blobs.keys()].filter((hash) => !used.has(hash));
}

export function weightOf({ blobs }: UpkeepStore, hashes: readonly BlobHash[]): Swept {
  const bytes = hashes.reduce((sum, hash) => sum + (blobs.get(hash)?.byteLength ?? 0), 0);
  return { count: hashes.length, bytes };
}

function bytesOf(run: UpkeepRun | undefined): number {
  const texts = run ? [run.created.settings, ...run.turns.map(({ payload }) => payload)] : [];
  return texts.reduce<number>((sum, json) => sum + Buffer.byteLength(JSON.stringify(json)), 0);
}
