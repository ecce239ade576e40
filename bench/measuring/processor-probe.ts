import { median } from './statistics.ts';

/** About a megabyte of small objects, as a journal is full of them. */
const text = JSON.stringify(
  Array.from({ length: 10_000 }, (_, index) => ({
    node: `n${index}`,
    visit: index % 7,
    outcome: { status: 'success', notes: `Stage completed: n${index}` },
  })),
);

/** Milliseconds in which this processor, in this hour, reads and writes a megabyte of JSON: what we do most, in no code of ours. */
export function probeProcessor(rounds: number): number {
  return median(
    Array.from({ length: rounds }, () => {
      const began = performance.now();
      JSON.stringify(JSON.parse(text));
      return performance.now() - began;
    }),
  );
}
