import type { Clauses } from './clauses.ts';

/** `orchestra fmt`, and the reading of files that other tools accept. */
export const formatting = {
  'The canonical form': {
    'fmt:canonical': 'A text has one canonical form: a statement a line, attributes on a line where they fit.',
    'fmt:meaning': 'Formatting changes nothing that a pipeline says.',
    'fmt:comments': 'Every comment stays, in its order and beside what it stood beside.',
    'fmt:idempotent': 'Formatting what was formatted changes nothing.',
    'fmt:bytes': 'Line ends stay those of the first line; a byte order mark goes.',
  },
  'The command': {
    'fmt:print': 'One file is printed in its canonical form and left alone.',
    'fmt:check': '`--check` names the files that are not canonical and ends with 1 when there is one.',
    'fmt:fix': '`--fix` writes the files that are not canonical, and names them and what it repaired.',
    'fmt:write': 'A file is written whole or not at all, keeps its mode and stays behind the links that lead to it.',
    'fmt:errors': 'A file with errors is not written: its diagnostics are told, and the command ends with 1.',
    'fmt:json':
      '`--json` gives one document with the outcome, diagnostics and, where it is asked for, text of each file.',
  },
  'Lenient reading': {
    'fmt:lenient': '`--lenient` turns habits of Graphviz into text of the subset, each told with its place and repair.',
    'lenient:edits': 'The edits of all diagnostics together make a text that is read strictly and says the same.',
    'lenient:certain': 'What could mean two things stays an error that says what to write.',
    'lenient:commands': 'Every command that reads a pipeline file takes `--lenient`.',
  },
} as const satisfies Clauses;
