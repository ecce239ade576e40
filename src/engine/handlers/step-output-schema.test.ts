import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import type { Json } from '../../shared/json.ts';
import { parseOutputSchema, readStructuredOutput, type OutputSchema } from './step-output-schema.ts';

const schema = parseOutputSchema(
  JSON.stringify({
    type: 'object',
    properties: { verdict: { enum: ['good', 'bad'] }, score: { type: 'integer' }, detail: { type: 'object' } },
    required: ['verdict'],
  }),
) as OutputSchema;

const read = (text: string, output?: Json): unknown => readStructuredOutput(schema, text, output);

describe('a structured answer', () => {
  test('is the whole text or the last fenced json block', () => {
    expect(read('{"verdict":"good"}')).toEqual({ updates: { verdict: 'good' } });
    const text = 'First:\n```json\n{"verdict":"good"}\n```\nNo:\n```json\n{"verdict":"bad","score":3}\n```\nDone.';
    expect(read(text)).toEqual({ updates: { verdict: 'bad', score: 3 } });
  });

  test('that the agent delivers apart from its text is taken instead of the text', () => {
    expect(read('see attachment', { verdict: 'good' })).toEqual({ updates: { verdict: 'good' } });
  });

  test('sets its declared top-level properties only', () => {
    expect(read('{"verdict":"good","detail":{"a":{"b":1}},"human.gate.selected":"Y","__proto__":{"x":1}}')).toEqual({
      updates: { verdict: 'good', detail: { a: { b: 1 } } },
    });
  });

  test('that does not match is a problem with the path', () => {
    expect(read('{"verdict":"maybe","score":1.5}')).toEqual({
      problem:
        'the answer does not match output_schema: verdict: Instance does not match any of ["good","bad"].; ' +
        'score: Instance type "number" is invalid. Expected "integer".',
    });
    expect(read('{}')).toEqual({
      problem: 'the answer does not match output_schema: Instance does not have required property "verdict".',
    });
    expect(read('good')).toMatchObject({ problem: expect.stringContaining('the answer is not JSON') as string });
    expect(read('[1]')).toEqual({ problem: 'the answer is not a JSON object' });
  });
});

describe('an output schema', () => {
  test('must be a JSON object', () => {
    expect(parseOutputSchema('{')).toMatchObject({
      problem: expect.stringMatching(/^output_schema is not JSON/) as string,
    });
    expect(parseOutputSchema('true')).toEqual({ problem: 'output_schema must be a JSON object' });
  });

  verifies('context:reserved-keys', 'may not declare a reserved context key', () => {
    expect(parseOutputSchema('{"properties":{"graph.goal":{}}}')).toEqual({
      problem: 'output_schema: context key "graph.goal" is reserved for the engine',
    });
  });

  test('that refers to another document fails the answer, not the process', () => {
    const remote = parseOutputSchema('{"$ref":"https://example.org/schema"}') as OutputSchema;
    expect(readStructuredOutput(remote, '{}', undefined)).toMatchObject({
      problem: expect.stringContaining('Unresolved $ref') as string,
    });
  });
});
