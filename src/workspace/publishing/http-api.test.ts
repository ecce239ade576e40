import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { playHost, type PlayedAnswer } from '../../../test/support/change-request-hosts/played-host.ts';
import { ask } from './api-call.ts';
import type { Hosting } from './hosting.ts';
import { httpApi } from './http-api.ts';

const signal = new AbortController().signal;
const token = 'a-token-of-the-test';

function hosting(url: string): Hosting {
  return { kind: 'github', host: 'host.example', api: url, apiIsNamed: true, repository: 'o/n' };
}

async function answering(answers: Readonly<Record<string, PlayedAnswer>>): ReturnType<typeof playHost> {
  return playHost(({ path, body }) => answers[path] ?? { status: 200, body: { path, sent: body } });
}

test('a renamed repository is followed on its host, with the method and what was sent', async () => {
  const moved = { status: 307, headers: { location: '/repositories/1/pulls' } };
  const played = await answering({ '/repos/o/n/pulls': moved });
  const api = httpApi(hosting(played.url), { token });
  const request = { method: 'POST', path: 'repos/o/n/pulls', body: { title: 'x' }, signal } as const;
  expect((await ask(api, request)).body).toEqual({ path: '/repositories/1/pulls', sent: { title: 'x' } });
  expect(played.requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
    ['POST', `Bearer ${token}`],
    ['POST', `Bearer ${token}`],
  ]);
});

test('a token follows nobody to another host', async () => {
  const other = await answering({});
  const played = await answering({ '/x': { status: 302, headers: { location: `${other.url}/x` } } });
  const api = httpApi(hosting(played.url), { token });
  await expect(ask(api, { method: 'GET', path: 'x', signal })).rejects.toMatchObject({
    code: 'PUBLISH_REFUSED',
    message: expect.stringContaining('correct the remote') as string,
  });
  expect(other.requests).toEqual([]);
});

test('what is posted is not made a question of, nor sent in circles', async () => {
  const played = await answering({
    '/x': { status: 301, headers: { location: '/y' } },
    '/z': { status: 307, headers: { location: '/z' } },
  });
  const api = httpApi(hosting(played.url), { token });
  await expect(ask(api, { method: 'POST', path: 'x', body: {}, signal })).rejects.toThrow('correct the remote');
  await expect(ask(api, { method: 'GET', path: 'z', signal })).rejects.toThrow('without an end');
});

test('a host that says nothing is left, and another attempt may help', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo;
  const api = httpApi(hosting(`http://127.0.0.1:${port}`), { token, timeoutMs: 20 });
  await expect(ask(api, { method: 'GET', path: 'x', signal })).rejects.toMatchObject({
    name: 'TransientFailure',
    message: 'host.example cannot be reached: no answer within 0.02 s',
  });
});

test.each([
  ['a text', { message: 'Not Found' }, ': Not Found'],
  [
    'a text and errors',
    { message: 'Validation Failed', errors: [{ message: 'no commits' }] },
    ': Validation Failed; no commits',
  ],
  [
    'errors by their code',
    { message: 'Validation Failed', errors: [{ field: 'base', code: 'invalid' }] },
    'field base; code invalid',
  ],
  ['a list', { message: ['one', 'two'] }, ': one; two'],
  ['texts by field', { message: { source_branch: ['does not exist'] } }, ': source_branch does not exist'],
  ['an error', { error: 'title is missing' }, ': title is missing'],
  ['nothing', undefined, 'answered 418 to GET x'],
])('what a host says is told, be it %s', async (_form, body, told) => {
  const played = await answering({ '/x': { status: 418, body } });
  const api = httpApi(hosting(played.url), { token });
  await expect(ask(api, { method: 'GET', path: 'x?secret=query', signal })).rejects.toThrow(told);
});

test('limits of GitHub come as 403, with the time when they end', async () => {
  const reset = String(Math.ceil(Date.now() / 1_000) + 30);
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  const played = await answering({ '/limited': { status: 403, headers }, '/forbidden': { status: 403 } });
  const api = httpApi(hosting(played.url), { token });
  const limited = await ask(api, { method: 'GET', path: 'limited', signal }).catch((error: unknown) => error);
  expect(limited).toMatchObject({ name: 'TransientFailure' });
  // Whatever the clock has become meanwhile.
  const { retryAfterMs } = limited as { readonly retryAfterMs: number };
  expect(retryAfterMs).toBeLessThanOrEqual(31_000);
  await expect(ask(api, { method: 'GET', path: 'forbidden', signal })).rejects.toMatchObject({
    code: 'PUBLISH_REFUSED',
  });
});
