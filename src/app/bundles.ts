import { fromBundle } from '../language/bundle/from-bundle.ts';
import type { Bundle } from '../language/bundle/bundle.ts';
import type { Graph } from '../language/graph/graph.ts';
import { createProgram, type Program } from '../engine/program.ts';
import type { BlobHash, Journal } from '../engine/ports/journal.ts';
import { OrchestraError } from '../shared/errors.ts';
import { canonicalJson } from '../shared/json.ts';
import { graphsOf } from './graphs-of.ts';

/** Stores a bundle with everything inside it; returns its name. */
export function storeBundle(journal: Journal, bundle: Bundle): Promise<BlobHash> {
  return journal.putBlob(canonicalJson(bundle));
}

/** The graph of a stored bundle. */
export async function loadGraph(journal: Pick<Journal, 'getBlob'>, hash: BlobHash): Promise<Graph> {
  return fromBundle(await readBundle(journal, hash)).graph;
}

/** The graph of a stored bundle and those of all pipelines below it. */
export async function loadGraphs(journal: Journal, hash: BlobHash): Promise<readonly Graph[]> {
  // graphsOf checks the shape.
  return graphsOf((await readBundle(journal, hash)) as Bundle);
}

/**
 * The program of a stored bundle; its children are known by the names of their own bundles, which are
 * stored here: until a child run names one, nothing in the journal does, and a sweep may remove it.
 */
export async function loadProgram(
  journal: Journal,
  hash: BlobHash,
  customTypes: ReadonlySet<string>,
): Promise<Program> {
  const json = await readBundle(journal, hash);
  const { graph } = fromBundle(json);
  // fromBundle has just checked the shape.
  const { children } = json as Bundle;
  const named = await Promise.all(
    children.map(async ({ path, bundle }): Promise<[string, BlobHash]> => [path, await storeBundle(journal, bundle)]),
  );
  return createProgram(graph, new Map(named), customTypes);
}

/** Stores what is needed of another journal's bundle in this one, under the name it has here. */
export async function copyBundle(
  source: Pick<Journal, 'getBlob'>,
  hash: BlobHash,
  journal: Journal,
): Promise<BlobHash> {
  return storeBundle(journal, (await readBundle(source, hash)) as Bundle);
}

async function readBundle(journal: Pick<Journal, 'getBlob'>, hash: BlobHash): Promise<unknown> {
  const stored = await journal.getBlob(hash);
  if (!stored)
    throw new OrchestraError('JOURNAL_CORRUPT', `the pipeline ${hash} of this run is missing from the journal`);
  return JSON.parse(new TextDecoder().decode(stored));
}
