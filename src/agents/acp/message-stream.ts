import type { Writable } from 'node:stream';
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { readLines } from '../../shared/process/lines.ts';

/** The two ends of an agent that is talked to, a message a line. */
export interface AgentStreams {
  readonly stdin: Writable;
  readonly stdout: AsyncIterable<Uint8Array>;
}

/** What of the agent's messages is not the connection's business. Reading goes on when what these give settles. */
export interface MessageReader {
  /** A `session/update`, in order of arrival, and always before the answer that comes behind it. */
  onUpdate(params: Json): Promise<void>;
  /** A line that is no message, or one that nobody waits for. */
  onOdd(line: string): Promise<void>;
}

/** One message: tool results and files of some megabytes pass, a flood without line ends does not. All of them: a day's work passes. */
const limits = { lineBytes: 16 * 1024 * 1024, totalBytes: 512 * 1024 * 1024 };

/**
 * The stream a connection of the protocol runs on. Updates are taken out of it before: the connection hands out notifications and
 * answers in no fixed order and as fast as they come, which would lose the end of a text and fill the memory.
 * Its readable side fails with OutputTooLongError.
 */
export function messageStream({ stdin, stdout }: AgentStreams, reader: MessageReader): Stream {
  /** Requests of ours that the agent has not answered. */
  const open = new Set<unknown>();
  return {
    writable: new WritableStream<AnyMessage>({
      async write(message) {
        if ('method' in message && 'id' in message) open.add(message.id);
        await written(stdin, `${JSON.stringify(message)}\n`);
      },
    }),
    readable: ReadableStream.from(messages(stdout, open, reader)),
  };
}

async function* messages(
  stdout: AsyncIterable<Uint8Array>,
  open: Set<unknown>,
  reader: MessageReader,
): AsyncGenerator<AnyMessage> {
  for await (const line of readLines(stdout, limits)) {
    if (line.trim() === '') continue;
    const message = messageIn(line);
    if (message && isUpdate(message)) await reader.onUpdate(message['params'] ?? null);
    // What else a message must be the connection checks itself.
    else if (message && isExpected(message, open)) yield message as unknown as AnyMessage;
    else await reader.onOdd(line);
  }
}

function messageIn(line: string): JsonObject | undefined {
  const parsed = parseForeignJson(line);
  return 'value' in parsed && isJsonObject(parsed.value) && parsed.value['jsonrpc'] === '2.0'
    ? parsed.value
    : undefined;
}

function isUpdate(message: JsonObject): boolean {
  return message['method'] === 'session/update' && !('id' in message);
}

/** Requests and notifications of the agent, and the one answer to each of our requests. */
function isExpected(message: JsonObject, open: Set<unknown>): boolean {
  return typeof message['method'] === 'string' || open.delete(message['id']);
}

function written(stdin: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
