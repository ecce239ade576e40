import { describe, expect, test } from 'vitest';
import { endOfTurns, leadsThrough, pathOf, type Lineage } from './path.ts';

const lineages: Readonly<Record<string, Partial<Lineage<string>>>> = {
  plain: {},
  fork: { forkOf: { run: 'plain', turn: 10 } },
  'fork of the fork': { forkOf: { run: 'fork', turn: 30 } },
  'fork before the fork': { forkOf: { run: 'fork', turn: 7 } },
  rewound: { rewinds: [{ to: 5, by: 20 }] },
  'rewound twice': {
    rewinds: [
      { to: 5, by: 20 },
      { to: 3, by: 40 },
    ],
  },
  'rewound before the fork': { forkOf: { run: 'plain', turn: 10 }, rewinds: [{ to: 4, by: 20 }] },
  'fork of what was left': { forkOf: { run: 'rewound', turn: 15 } },
};

/** As `run(after, upTo]`. */
const shown = (run: string, upToSeq = endOfTurns): readonly string[] =>
  pathOf(run, upToSeq, (name) => ({ forkOf: undefined, rewinds: [], ...lineages[name] })).map(
    (part) => `${part.run}(${part.afterSeq}, ${part.upToSeq === endOfTurns ? 'end' : part.upToSeq}]`,
  );

describe('the path of a run', () => {
  test('is the run itself, where it neither went back nor was forked', () => {
    expect(shown('plain')).toEqual(['plain(0, end]']);
    expect(shown('plain', 8)).toEqual(['plain(0, 8]']);
  });

  test('begins with that of the source of a fork, at any depth', () => {
    expect(shown('fork')).toEqual(['plain(0, 10]', 'fork(10, end]']);
    expect(shown('fork of the fork')).toEqual(['plain(0, 10]', 'fork(10, 30]', 'fork of the fork(30, end]']);
    expect(shown('fork before the fork')).toEqual(['plain(0, 7]', 'fork before the fork(7, end]']);
    expect(shown('fork', 6)).toEqual(['plain(0, 6]']);
  });

  test('leaves out what a run went back behind', () => {
    expect(shown('rewound')).toEqual(['rewound(0, 5]', 'rewound(19, end]']);
    expect(shown('rewound twice')).toEqual(['rewound twice(0, 3]', 'rewound twice(39, end]']);
    expect(shown('rewound before the fork')).toEqual(['plain(0, 4]', 'rewound before the fork(19, end]']);
  });

  test('is, up to a turn, what it was then', () => {
    expect(shown('rewound', 15)).toEqual(['rewound(0, 15]']);
    expect(shown('rewound twice', 30)).toEqual(['rewound twice(0, 5]', 'rewound twice(19, 30]']);
    expect(shown('fork of what was left')).toEqual(['rewound(0, 15]', 'fork of what was left(15, end]']);
  });

  test('leads through the turns of its stretches and no others', () => {
    const path = [{ run: 'plain', afterSeq: 3, upToSeq: 9 }];
    expect([3, 4, 9, 10].map((seq) => leadsThrough(path, 'plain', seq))).toEqual([false, true, true, false]);
    expect(leadsThrough(path, 'other', 4)).toBe(false);
  });
});
