import { expect, test } from 'vitest';
import { z } from 'zod';
import { newToolScene } from '../../test/support/tool-scene.ts';
import { OrchestraError } from '../shared/errors.ts';
import { defineTool } from './define-tool.ts';

const input = z.object({ number: z.int().min(1).describe('Of the issue.'), full: z.boolean().default(false) });

test('a function and a zod schema make a tool', async () => {
  const { call } = newToolScene();
  const issue = defineTool({
    name: 'read-issue',
    description: 'Reads an issue.',
    input,
    access: 'execute',
    run: ({ number, full }, { key }) => `issue ${number}, ${full ? 'full' : 'short'}, ${key}`,
  });
  expect(issue.parameters).toEqual({
    type: 'object',
    properties: {
      number: { type: 'integer', minimum: 1, description: 'Of the issue.' },
      full: { type: 'boolean', default: false },
    },
    required: ['number'],
  });
  expect(await call(issue, { number: 7 })).toEqual({ text: 'issue 7, short, call-1', isError: false });
  expect(await call(issue, { number: 0 })).toMatchObject({ isError: true });
});

test('what only zod can check is checked as well', async () => {
  const { call } = newToolScene();
  const even = defineTool({
    name: 'even',
    description: 'Takes even numbers.',
    input: z.object({ n: z.int() }).refine(({ n }) => n % 2 === 0, 'n must be even'),
    access: 'read',
    run: () => ({ text: 'fine', isError: false }),
  });
  expect(await call(even, { n: 1 })).toMatchObject({ isError: true, text: expect.stringContaining('n must be even') });
  expect(await call(even, { n: 2 })).toEqual({ text: 'fine', isError: false });
});

test('a name that model APIs refuse is refused', () => {
  const define = () => defineTool({ name: 'read.issue', description: 'x', input, access: 'read', run: () => '' });
  expect(define).toThrow(OrchestraError);
});
