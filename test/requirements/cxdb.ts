import type { Clauses } from './clauses.ts';

/** The copy of runs in CXDB: what it must never do to a run, and what can be relied on. */
export const cxdb = {
  'The mirror': {
    'cxdb:turns': 'Every turn of a run, in the order of its commits, and every blob it needs is in its context.',
    'cxdb:lineage': 'A context names its run, and a child or a fork the context it comes from.',
    'cxdb:no-commit': 'A mirror adds no commit to a run.',
    'cxdb:away': 'A server that is away, lost or gone at any moment fails no run, and loses and doubles no turn.',
    'cxdb:lost-data': 'A server that lost what it had acknowledged is given all of it again.',
    'cxdb:goes-on': 'What was not mirrored in time is told, and mirrored by the next run or `orchestra mirror`.',
    'cxdb:off': 'Nothing is mirrored unless a server is named, and nothing offline.',
  },
  'Coming back': {
    'cxdb:import': 'A mirrored run comes back with equal turns, tree and blobs, and overwrites no other one.',
    'cxdb:import-v3': 'A session of the original system comes back as a record to read, and says what it lacks.',
  },
} as const satisfies Clauses;
