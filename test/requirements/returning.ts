import type { Clauses } from './clauses.ts';

/** Issue 5, 6: resume at a turn, fork, rewind, time travel, comparison. */
export const returning = {
  'Returning: the tree': {
    'returning:fork': 'A fork begins with the turns of its source up to where it left it; no turn is copied.',
    'returning:rewind': 'A run that goes back to a turn has nothing of what came after it.',
    'returning:nothing-lost': 'What a run went back behind stays, can be looked at and gone on from.',
    'returning:prune': 'A run that others were forked from is not removed before they are.',
  },
} as const satisfies Clauses;
