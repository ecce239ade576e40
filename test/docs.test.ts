import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedPages } from '../scripts/docs/pages.ts';

test.for(await generatedPages())('$path is as generated (else run `npm run docs`)', ({ path, text }) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});
