import type { Clauses } from './clauses.ts';

/** Issue 5, 6: resume at a turn, fork, rewind, time travel, comparison. */
export const returning = {
  'Returning: the tree': {
    'returning:fork': 'A fork begins with the turns of its source up to where it left it; no turn is copied.',
    'returning:rewind': 'A run that goes back to a turn has nothing of what came after it.',
    'returning:nothing-lost': 'What a run went back behind stays, can be looked at and gone on from.',
    'returning:snapshot':
      'A long run is read from the newest snapshot of it before the turn asked for, and is told as from its first turn.',
    'returning:prune': 'A run that others were forked from is not removed before they are.',
  },
  'Returning: going on': {
    'returning:every-turn':
      'A run goes on from any of its turns and comes to the same end; what was finished is not done again.',
    'returning:child': 'A child pipeline in flight then goes on from its own state at that turn.',
    'returning:earlier':
      'An operation in flight then knows what it had told up to that turn, and nothing of what came later.',
    'returning:conversation':
      'No two runs share a session of an agent, and none that went on is continued: a fresh one is told the conversation so far.',
    'returning:edit': 'A fork may be given another pipeline and other inputs, as far as the record leads through them.',
  },
  'Returning: clocks': {
    'returning:fork-clock':
      'The time of a fork begins with the fork: a budget of time is not spent by how old its source is.',
  },
  'Returning: commands': {
    'returning:turn-unknown': 'What is no turn of the run is refused, with the nearest ones.',
    'returning:command:replay':
      '`replay RUN --at T` goes on from a turn in a new run; `--turn` and `--checkpoint` mean the same.',
    'returning:command:resume':
      '`resume RUN --turn T` takes a run back to a turn and walks it on, also one that has ended.',
    'returning:untaken': 'Commands that nobody had taken before a run goes back are void, and told.',
    'returning:command:show': '`show RUN --at T` shows a run as it was at a turn.',
    'returning:command:runs-tree': '`runs --tree` shows forks below their source.',
    'returning:command:diff': '`diff RUN_A RUN_B` compares ways, outcomes, context, cost and code of two runs.',
  },
} as const satisfies Clauses;
