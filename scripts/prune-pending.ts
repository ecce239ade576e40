import { readFileSync, writeFileSync } from 'node:fs';
import { findCitations } from '../test/support/citations.ts';

/** `npm run pending`: takes the requirements that have a test off the pending list. */
const path = 'test/requirements/pending.ts';
const { filesById } = findCitations('.');
const kept = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => !filesById.has(/^ {2}'(.+)',$/.exec(line)?.[1] ?? ''));
writeFileSync(path, kept.join('\n'));
