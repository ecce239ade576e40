import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadBlake3 } from '../../../shared/hash.ts';
import type { Json } from '../../../shared/json.ts';
import { decodeRecord, encodeTurn } from './record.ts';
import { typeBundle } from './type-bundle.ts';

function roundTrip(payload: Json): Json | undefined {
  const turn = { seq: 2 ** 40, parent: undefined, type: 'AgentMessage', version: 1, at: 1_700_000_000_000, payload };
  const record = decodeRecord(encodeTurn('run-1', turn));
  return record?.kind === 'turn' ? record.turn.payload : undefined;
}

test('any value of JSON comes back byte for byte', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      // As the journal has it: a value that was text of JSON once.
      const json = JSON.stringify(value);
      expect(JSON.stringify(roundTrip(JSON.parse(json) as Json))).toBe(json);
    }),
  );
});

test('keys that objects have from birth, halves of pairs and large numbers are carried', () => {
  const texts = [
    '{"__proto__":{"a":1},"constructor":null}',
    '"\\ud83d"',
    '[9007199254740991,-4294967297,1e21,0.1]',
    '{"2":1,"10":{}}',
  ];
  for (const text of texts)
    expect(JSON.stringify(roundTrip(JSON.parse(text) as Json))).toBe(JSON.stringify(JSON.parse(text)));
});

test('turns of other programs are none of ours, and a turn of ours that is none is refused', () => {
  expect(decodeRecord({ type: 'cxdb.ConversationItem', payload: Buffer.from([0x80]) })).toBeUndefined();
  expect(() => decodeRecord({ type: 'dev.orchestra.turn.AgentText', payload: Buffer.from([0x80]) })).toThrow('run');
});

test('the bundle is named by its types', async () => {
  const bundle = typeBundle(await loadBlake3());
  expect(bundle.id).toMatch(/^dev\.orchestra\.run\.[0-9a-f]{16}$/);
  expect(JSON.parse(bundle.json)).toMatchObject({
    bundle_id: bundle.id,
    types: {
      'dev.orchestra.turn.StageCompleted': { versions: { 1: { fields: { 2: { name: 'seq', type: 'u64' } } } } },
    },
  });
});
