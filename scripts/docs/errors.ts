import { catalogue, type CatalogueEntry } from '../../src/shared/error-catalogue.ts';
import { generatedFrom, table } from './markdown.ts';

/** docs/reference/errors.md: every error code with what it ends a command or request with. */
export function errorsPage(): string {
  const entries: readonly [string, CatalogueEntry][] = Object.entries(catalogue);
  return `${generatedFrom('src/shared/error-catalogue.ts')}

# Errors

Every error for a user has a code that stays the same between releases. With \`--json\` the code is in
the document; otherwise it precedes the message on stderr, and the hint follows it.

${table(
  ['Code', 'Meaning', 'What to do', 'Exit code', 'HTTP status'],
  entries.map(([code, { meaning, hint, exit, http }]) => [`\`${code}\``, meaning, hint, String(exit), String(http)]),
)}
`;
}
