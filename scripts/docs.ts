import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedPages } from './docs/pages.ts';

/** `npm run docs`: writes every generated page. test/docs.test.ts fails when one was forgotten. */
for (const { path, text } of await generatedPages()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
