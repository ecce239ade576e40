import { expect, test } from 'vitest';
import { patientMs } from '../../../../../test/support/cxdb-server/mirror-scene.ts';
import { startCxdb } from '../../../../../test/support/cxdb-server/start-cxdb.ts';
import type { TestCxdb } from '../../../../../test/support/cxdb-server/test-cxdb.ts';
import { verifies } from '../../../../../test/support/verifies.ts';
import type { RunView } from '../../../../contract/run-view.ts';
import type { Journal } from '../../../../engine/ports/journal.ts';
import { loadBlake3 } from '../../../../shared/hash.ts';
import { artifactContent } from '../../../artifacts.ts';
import { foldRun } from '../../../folds/fold-run.ts';
import { openMemoryJournal } from '../../../memory/memory-journal.ts';
import { packFields, type Packable } from '../../records/message-pack.ts';
import { cxdbServer } from '../../server.ts';
import { CxdbConnection } from '../../wire/connection.ts';
import { importContext } from '../import-context.ts';

type OriginalFields = readonly (readonly [number, Packable | undefined])[];
type WrittenTurn = readonly [kind: string, version: number, fields: OriginalFields];

/** Writes turns as the original system does: fields by their tags, one connection, no metadata. */
async function write(cxdb: TestCxdb, turns: readonly WrittenTurn[]): Promise<bigint> {
  const digest = await loadBlake3();
  const connection = await CxdbConnection.open(cxdbServer(cxdb.url, cxdb.binaryPort).binary, {
    clientTag: 'orchestra-v0.1',
    timeoutMs: patientMs,
  });
  const context = await connection.createContext(0n);
  for (const [kind, version, fields] of turns) {
    const payload = packFields(fields);
    const type = `dev.orchestra.${kind}`;
    await connection.append({ context, parent: 0n, type, version, payload, hash: digest(payload) });
  }
  connection.close();
  return context;
}

const started: WrittenTurn = [
  'PipelineLifecycle',
  2,
  [
    [1, 'add-tests'],
    [2, 'Test it'],
    [3, 'started'],
    [6, 'a1b2c3'],
    [7, 'add-tests.dot'],
    [8, 'f'.repeat(64)],
  ],
];

const session: readonly WrittenTurn[] = [
  started,
  [
    'NodeExecution',
    1,
    [
      [1, 'write'],
      [2, 'codergen'],
      [3, 'started'],
    ],
  ],
  [
    'AgentTurn',
    2,
    [
      [1, 1],
      [2, 'write'],
      [3, 'a-model'],
      [4, 'a-provider'],
      [5, '[{"type":"ai","content":"I write a test."}]'],
      [6, '[{"name":"write_file","args":{"path":"a.py"}}]'],
      [7, ['a.py']],
      [
        8,
        new Map([
          ['input_tokens', 120],
          ['output_tokens', 30],
        ]),
      ],
      [10, '0123456'],
      [11, 'test: cover a\n\nBody'],
    ],
  ],
  [
    'NodeExecution',
    1,
    [
      [1, 'write'],
      [2, 'codergen'],
      [3, 'SUCCESS'],
      [4, 'Write tests'],
      [5, 'b'.repeat(70_000)],
      [7, 1500],
    ],
  ],
  [
    'Checkpoint',
    3,
    [
      [1, 'write'],
      [2, ['write']],
      [
        3,
        new Map<string, Packable>([
          ['last_response', 'ok'],
          ['node_visits.write', 1],
        ]),
      ],
      [5, 'check'],
    ],
  ],
  [
    'NodeExecution',
    1,
    [
      [1, 'check'],
      [2, 'tool'],
      [3, 'started'],
    ],
  ],
  [
    'NodeExecution',
    1,
    [
      [1, 'check'],
      [2, 'tool'],
      [3, 'failed'],
      [6, 'exit code 2'],
      [7, 20],
    ],
  ],
  [
    'ToolExecution',
    1,
    [
      [1, 'check'],
      [2, 'pytest'],
      [3, 2],
    ],
  ],
  [
    'PipelineLifecycle',
    1,
    [
      [1, 'add-tests'],
      [3, 'failed'],
      [4, 1600],
      [5, 'check failed'],
      [6, 'a1b2c3'],
    ],
  ],
];

async function viewOf(journal: Journal, id: string): Promise<RunView> {
  const row = await journal.run(id);
  if (!row) throw new Error(`${id} is not there`);
  return (await foldRun(journal, id)).view(row);
}

function imported(cxdb: TestCxdb, journal: Journal, context: bigint) {
  return importContext(context, { journal, server: cxdbServer(cxdb.url, cxdb.binaryPort), timeoutMs: patientMs });
}

verifies('cxdb:import-v3', 'a session of the original system comes back as a record to read', async () => {
  const cxdb = await startCxdb();
  const context = await write(cxdb, session);
  const journal = openMemoryJournal();
  const { runs, notes } = await imported(cxdb, journal, context);
  expect(runs).toMatchObject([{ run: 'v3-a1b2c3-1', pipeline: 'add-tests', outcome: 'imported' }]);
  expect(notes).toContain('1 turns of other kinds were left out');
  const view = await viewOf(journal, 'v3-a1b2c3-1');
  expect(view).toMatchObject({
    state: 'failed',
    goal: 'Test it',
    failureReason: 'check failed',
    visited: ['write', 'check'],
  });
  expect(view.nodes.map(({ node, status }) => [node, status])).toEqual([
    ['write', 'success'],
    ['check', 'fail'],
  ]);
  expect(view.usage).toMatchObject({ inputTokens: 120, outputTokens: 30 });
  expect(view.context).toMatchObject({ last_response: 'ok', 'node_visits.write': 1 });
  const response = (await foldRun(journal, 'v3-a1b2c3-1')).artifact('write.response');
  expect(response && (await artifactContent(journal, 'v3-a1b2c3-1', response))).toBe('b'.repeat(70_000));
  expect((await imported(cxdb, journal, context)).runs).toMatchObject([{ outcome: 'known' }]);
});

test('a session without an end was interrupted, one that was paused is paused', async () => {
  const cxdb = await startCxdb();
  const journal = openMemoryJournal();
  const paused: WrittenTurn = [
    'PipelineLifecycle',
    1,
    [
      [1, 'add-tests'],
      [3, 'paused'],
    ],
  ];
  for (const [turns, state] of [
    [[started], 'interrupted'],
    [[started, paused], 'paused'],
  ] as const) {
    const context = await write(cxdb, turns);
    const { runs } = await imported(cxdb, journal, context);
    expect(await journal.run(runs[0]?.run ?? '')).toMatchObject({ state });
  }
});

test('whole numbers that CXDB has rendered as texts are numbers again', async () => {
  const cxdb = await startCxdb();
  const context = await write(cxdb, [
    started,
    [
      'NodeExecution',
      1,
      [
        [1, 'one'],
        [2, 'codergen'],
        [3, 'started'],
      ],
    ],
    [
      'AgentTurn',
      1,
      [
        [1, '1'],
        [2, 'one'],
        [
          8,
          new Map([
            ['input_tokens', '7'],
            ['output_tokens', '5'],
          ]),
        ],
      ],
    ],
  ]);
  const journal = openMemoryJournal();
  const { runs } = await imported(cxdb, journal, context);
  expect((await viewOf(journal, runs[0]?.run ?? '')).usage).toMatchObject({ inputTokens: 7, outputTokens: 5 });
});

test('a context of another program is refused', async () => {
  const cxdb = await startCxdb();
  const context = await write(cxdb, [['SomethingElse', 1, [[1, 'x']]]]);
  await expect(imported(cxdb, openMemoryJournal(), context)).rejects.toMatchObject({ code: 'CXDB_UNREADABLE' });
});
