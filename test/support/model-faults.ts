import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LLMock } from '@copilotkit/aimock';

/**
 * What goes wrong with an answer:
 * - `hang`: none ever comes. `garbage`: it is a stream of something else.
 * - `torn`: the connection breaks in the middle of it. `short`: it ends there as if it were whole.
 * - `endless`: it comes as far as the piece that has the word FLOOD, and never ends.
 * - `flood`: the piece of it that has the word FLOOD is sent for ever.
 * - `limited`: it is marked as cut off at the limit of tokens as OpenAI does, which the scripted model does not.
 * - `charged`: nothing is wrong, but it tells its cost of 1.25 cents as OpenRouter does, which the scripted model does not.
 */
export type Fault = 'hang' | 'endless' | 'garbage' | 'torn' | 'short' | 'flood' | 'limited' | 'charged';

export interface FaultyServer {
  readonly url: string;
  /** Resolves once a whole request has come. */
  readonly arrived: Promise<void>;
  /** Resolves with how many bytes of a flood were taken once its reader has gone. */
  readonly gone: Promise<number>;
  stop(): Promise<void>;
}

/** A server on loopback that spoils the answers of a scripted model. */
export async function startFaultyServer(mock: LLMock, fault: Fault): Promise<FaultyServer> {
  const gone = Promise.withResolvers<number>();
  const arrived = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    response.once('close', () => gone.resolve(response.socket?.bytesWritten ?? sent));
    let sent = 0;
    const spoil = async (): Promise<void> => {
      const body = await bodyOf(request);
      arrived.resolve();
      if (fault === 'hang') return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (fault === 'garbage') return void response.end('data: {"this is": no JSON\n\ndata: nor this\n\n');
      const answer = await fetch(new URL(request.url ?? '/', mock.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': 'k', authorization: 'Bearer k' },
        body,
      });
      const text = await answer.text();
      if (fault === 'endless')
        return void response.write(text.slice(0, text.indexOf('\n\n', text.indexOf('FLOOD')) + 2));
      if (fault === 'flood') return flood(response, text, (bytes) => void (sent += bytes));
      if (fault === 'limited') return void response.end(limited(text));
      if (fault === 'charged')
        return void response.end(text.replace('"total_tokens":', '"cost":0.0125,"total_tokens":'));
      const half = text.slice(0, text.indexOf('MIDDLE'));
      const whole = half.slice(0, half.lastIndexOf('\n\n') + 2);
      if (fault === 'short') response.end(whole);
      else response.write(whole, () => response.destroy());
    };
    // A failure here is a failure of the test, which then times out with the server's own words.
    spoil().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived: arrived.promise,
    gone: gone.promise,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function limited(answer: string): string {
  return answer
    .replaceAll('response.completed', 'response.incomplete')
    .replaceAll(
      /"status":"(?:in)?complete(?:d)?"(,[^\n]*"usage")/g,
      '"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}$1',
    );
}

function flood(response: ServerResponse, answer: string, onSent: (bytes: number) => void): void {
  const blocks = answer.split('\n\n');
  const at = blocks.findIndex((block) => block.includes('FLOOD'));
  response.write(`${blocks.slice(0, at).join('\n\n')}\n\n`);
  const block = blocks[at]!.replace('FLOOD', 'FLOOD'.repeat(4_000));
  const chunk = `${block}\n\n`.repeat(16);
  const pour = (): void => {
    while (!response.destroyed) {
      onSent(chunk.length);
      if (!response.write(chunk)) return void response.once('drain', pour);
    }
  };
  pour();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
