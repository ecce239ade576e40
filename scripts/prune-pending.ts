import { readFileSync, writeFileSync } from 'node:fs';
import { pending } from '../test/requirements/pending.ts';
import { findCitations } from '../test/support/citations.ts';

/** `npm run pending`: takes the requirements that have a test off the pending list. */
const path = 'test/requirements/pending.ts';
const { filesById } = findCitations('.');
const lines = pending.filter((id) => !filesById.has(id)).map((id) => `\n  '${id}',`);
const [head] = readFileSync(path, 'utf8').split('= [');
writeFileSync(path, `${head}= [${lines.join('')}${lines.length > 0 ? '\n' : ''}];\n`);
