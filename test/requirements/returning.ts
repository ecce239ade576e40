import type { Clauses } from './clauses.ts';

/** Issue 5, 6: resume at a turn, fork, rewind, time travel, comparison. */
export const returning = {
  'Returning: the tree': {
    'returning:fork': 'A fork begins with the turns of its source up to where it left it; no turn is copied.',
    'returning:rewind': 'A run that goes back to a turn has nothing of what came after it.',
    'returning:nothing-lost': 'What a run went back behind stays, can be looked at and gone on from.',
    'returning:prune': 'A run that others were forked from is not removed before they are.',
  },
  'Returning: going on': {
    'returning:every-turn':
      'A run goes on from any of its turns and comes to the same end; what was finished is not done again.',
    'returning:child': 'A child pipeline in flight then goes on from its own state at that turn.',
    'returning:earlier':
      'An operation in flight then knows what it had told up to that turn, and nothing of what came later.',
    'returning:edit': 'A fork may be given another pipeline and other inputs, as far as the record leads through them.',
  },
} as const satisfies Clauses;
