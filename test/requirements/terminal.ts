import type { Clauses } from './clauses.ts';

/** What a person at a terminal sees of a run while it goes on. */
export const terminal = {
  'The live view': {
    'terminal:live:nodes':
      'At a terminal, `run` and `resume` show every node with its state, its time, its tokens and cost, and what it does.',
    'terminal:live:nested':
      'Branches lie below their fan-out, and the nodes of a child pipeline below the node that runs it.',
    'terminal:live:question': 'A question is shown with its options and answered in the picture.',
    'terminal:live:small':
      'No line is wider than the terminal and no picture higher; what waits, failed or runs stays in sight, the rest is counted.',
    'terminal:live:resize': 'The picture follows the size of the terminal and leaves nothing stale behind.',
    'terminal:live:cheap':
      'A picture costs as much as the terminal has rows, not as the run has nodes; what did not change is not written.',
    'terminal:live:colours': 'Every state has a sign and a word; NO_COLOR, FORCE_COLOR and `--no-color` are followed.',
    'terminal:live:ascii': 'Where the locale is not UTF-8, nothing but ASCII is shown.',
    'terminal:live:safe': 'Texts of agents and tools cannot steer the terminal.',
    'terminal:live:interrupt':
      'Ctrl-C says that nothing new starts, how long what runs has, and what is awaited; a second one cancels.',
    'terminal:live:suspended': 'Ctrl-Z gives the terminal to the shell; brought back, the view goes on.',
    'terminal:live:restored': 'Cursor and keyboard are given back at the end, by signals and by errors nobody caught.',
    'terminal:live:kept': 'The last state of the run stays behind as plain lines.',
    'terminal:live:resumed': 'A resumed run is shown with what it did before.',
    'terminal:live:unattended':
      'A question nobody here is asked is shown with the command that answers it; Ctrl-D leaves one to others.',
    'terminal:live:watch': '`status --watch` shows a run that another process walks.',
  },
  'Plain lines': {
    'terminal:plain':
      'With `--plain` or `--json`, on a dumb terminal, in the background, in CI and to no terminal there is no live view.',
    'terminal:plain:light': 'Without a live view nothing of it is loaded.',
  },
} as const satisfies Clauses;
