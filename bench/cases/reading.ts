import { readDot } from '../../src/language/dot/read-dot.ts';
import { validate } from '../../src/language/lint/validate.ts';
import { applyTransforms } from '../../src/language/transforms/apply-transforms.ts';
import { writtenPipeline } from '../measuring/pipelines.ts';
import { report, request } from '../measuring/report.ts';

export interface ReadingRequest {
  readonly nodes: number;
  readonly rounds: number;
  /** Untimed rounds before, with `warmUpNodes`. */
  readonly warmUps: number;
  readonly warmUpNodes: number;
}

export interface Reading {
  readonly bytes: number;
  readonly parseMs: readonly number[];
  /** The transforms stand between reading and checking (9.1). */
  readonly transformMs: readonly number[];
  readonly validateMs: readonly number[];
}

const { nodes, rounds, warmUps, warmUpNodes } = request<ReadingRequest>();
const small = writtenPipeline(warmUpNodes);
for (let round = 0; round < warmUps; round += 1) read(small);
const text = writtenPipeline(nodes);
const readings = Array.from({ length: rounds }, () => read(text));
report({
  bytes: Buffer.byteLength(text),
  parseMs: readings.map(([parse]) => parse),
  transformMs: readings.map(([, transform]) => transform),
  validateMs: readings.map(([, , check]) => check),
} satisfies Reading);

function read(written: string): readonly [number, number, number] {
  const path = 'written.dot';
  const began = performance.now();
  const { graph } = readDot({ path, text: written }, { lenient: false });
  const parsed = performance.now();
  if (!graph) throw new Error('the generated pipeline cannot be read');
  const transformed = applyTransforms(graph);
  const ready = performance.now();
  const findings = validate(transformed.graph, { sources: new Map([[path, written]]) });
  const checked = performance.now();
  const error = findings.find(({ severity }) => severity === 'error');
  if (error) throw new Error(`the generated pipeline is not valid: ${error.message}`);
  return [parsed - began, ready - parsed, checked - ready];
}
