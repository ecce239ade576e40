import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished } from 'vitest';
import type { Outcome } from '../src/contract/outcome.ts';
import { parseStatusFile, printStatusFile } from '../src/engine/handlers/status-file.ts';
import type { Journal } from '../src/engine/ports/journal.ts';
import { hydrate } from '../src/journal/hydrate.ts';
import { openMemoryJournal } from '../src/journal/memory/memory-journal.ts';
import { openSqliteJournal } from '../src/journal/sqlite/sqlite-journal.ts';
import { createRedactor } from '../src/shared/redaction.ts';
import type { Json } from '../src/shared/json.ts';
import { sized } from './support/size.ts';
import { verifies } from './support/verifies.ts';

const name = fc.constantFrom(
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  '$blob',
  'plain',
);

/** JSON whose keys are such names, with texts long enough now and then to be moved into blobs. */
const { value } = fc.letrec<{ value: Json; object: Json; list: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 3, 'text', 'x'.repeat(40_000)),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 4 })
    .map((members) => Object.fromEntries(members) as Json),
}));

const runs = { seed: 11, numRuns: sized({ everyday: 150, full: 3_000 }) };

/** As texts: a comparison of objects looks `__proto__` up, and not among their members. */
function same(kept: Json, given: Json): void {
  expect(JSON.stringify(kept)).toBe(JSON.stringify(given));
}

async function openJournals(): Promise<readonly Journal[]> {
  const folder = mkdtempSync(join(tmpdir(), 'odd-names-'));
  const sqlite = await openSqliteJournal({ folder });
  onTestFinished(async () => {
    await sqlite.close();
    rmSync(folder, { recursive: true });
  });
  return [openMemoryJournal(), sqlite];
}

verifies('defect:inherited-names', 'a journal gives back what it kept, whatever its members are called', async () => {
  for (const journal of await openJournals()) {
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        same(await hydrate(journal, await journal.keep(given)), given);
      }),
      runs,
    );
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
});

verifies('defect:inherited-names', 'a status file sets whatever keys it names, through redaction too', () => {
  const redactor = createRedactor({ TOKEN: 'not in any of it' });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), (members) => {
      const contextUpdates = Object.fromEntries(members);
      const outcome: Outcome = { status: 'success', contextUpdates };
      const read = parseStatusFile(printStatusFile(outcome));
      same(redactor.json(read as unknown as Json), { outcome: { status: 'success', contextUpdates } });
    }),
    runs,
  );
});
