import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { OfflineDetector, offlineMode } from './offline.ts';

/** A server that answers with these statuses in turn, and how often it was asked. */
async function serverSaying(...statuses: readonly number[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    response.writeHead(statuses[asked.push(request.method ?? '') - 1] ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('only a success is online, and what was found out counts for a minute', async () => {
  const { url, asked } = await serverSaying(200, 503);
  let now = 0;
  const detector = new OfflineDetector({ url, now: () => now });
  expect(await detector.isOffline()).toBe(false);
  now = 59_999;
  expect(await detector.isOffline()).toBe(false);
  expect(asked).toEqual(['HEAD']);
  now = 60_000;
  expect(await detector.isOffline()).toBe(true);
  expect(await detector.isOffline(true)).toBe(false);
  expect(await new OfflineDetector({ url: 'http://127.0.0.1:1' }).isOffline()).toBe(true);
});

test('the flag stands above the environment, that above the configuration, and the network is asked last', async () => {
  const { url, asked } = await serverSaying(503, 503);
  const detecting = { auto_detect: true, check_url: url };
  const mode = (
    isAsked: boolean,
    env: Readonly<Record<string, string>>,
    section?: Parameters<typeof offlineMode>[0]['section'],
  ) => offlineMode({ isAsked, env, section })();
  expect(await mode(true, {})).toBe(true);
  expect(await mode(false, { ORCHESTRA_OFFLINE: '1' })).toBe(true);
  expect(await mode(false, { ORCHESTRA_OFFLINE: '0' })).toBe(false);
  expect(await mode(false, {}, true)).toBe(true);
  expect(await mode(false, {}, { enabled: true, ...detecting })).toBe(true);
  expect(await mode(false, {})).toBe(false);
  expect(asked).toEqual([]);
  expect(await mode(false, {}, detecting)).toBe(true);
  expect(await mode(false, { CONNECTIVITY_CHECK_URL: url }, { auto_detect: true })).toBe(true);
  expect(asked).toHaveLength(2);
});
