import type { Database } from './database.ts';

export interface TreeRun {
  readonly number: number;
  readonly id: string;
}

/** A run and the runs it started, at any depth, itself first; empty when there is no such run. */
export function treeOf(database: Database, runId: string): readonly TreeRun[] {
  return database.all<TreeRun>(
    `with recursive tree (number, id) as (
       select number, id from run where id = ?
       union select run.number, run.id from tree join run on run.parent_run = tree.id
     )
     select number, id from tree`,
    runId,
  );
}

/** Runs outside a tree that were forked from one in it. */
export function forksOf(database: Database, tree: readonly TreeRun[]): readonly string[] {
  const own = new Set(tree.map(({ id }) => id));
  const forks = tree.flatMap(({ id }) =>
    database.all<{ id: string }>('select id from run where fork_run = ? order by number', id),
  );
  return forks.map(({ id }) => id).filter((id) => !own.has(id));
}
