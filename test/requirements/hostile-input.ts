import type { Clauses } from './clauses.ts';

/** What holds for every text somebody else wrote, whatever it says. */
export const hostileInput = {
  readers: {
    'input:never-throws':
      'No reader of pipelines, conditions, stylesheets, durations, templates, status, script or answers files throws anything but a coded error.',
    'input:places': 'Every place a finding names lies in the file it names.',
    'input:refused-with-reason': 'What cannot be read is refused with at least one finding, and with a bounded number.',
    'input:deterministic': 'The same text is always read the same.',
    'input:linear': 'Twice the text takes about twice the work, however it nests, repeats or is left open.',
    'input:no-deep-stack':
      'Nothing about a pipeline of fifty thousand nodes in a row, or with ten thousand braces in each other, exhausts the stack.',
    'input:ordinary-names':
      'Names such as `constructor` and `__proto__` are ordinary ids, keys, classes, types and variables, in every reader and rule.',
    'input:round-trip': 'A printed pipeline reads as the graph it was printed from, and prints the same again.',
  },
} as const satisfies Clauses;
