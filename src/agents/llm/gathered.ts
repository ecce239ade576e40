import type { TextStreamPart, ToolSet } from 'ai';

type Part = TextStreamPart<ToolSet>;

/** Pieces that may wait to be told before no more are read. */
const mostWaiting = 64;

/**
 * The parts of a stream, as fast as they are taken: pieces of text that arrive while the ones before are being recorded
 * become one, since each event is a row in the journal. A reader that falls behind slows the stream down.
 */
export async function* gathered(source: AsyncIterable<Part>, onPart: () => void): AsyncGenerator<Part> {
  const waiting: Part[] = [];
  let wake = Promise.withResolvers<void>();
  let room = Promise.withResolvers<void>();
  let isStopped = false;
  let ending: { readonly error?: unknown } | undefined;
  const pump = async (): Promise<void> => {
    for await (const part of source) {
      onPart();
      add(waiting, part);
      wake.resolve();
      if (waiting.length >= mostWaiting) await room.promise;
      if (isStopped) return;
    }
  };
  pump()
    .then(
      () => (ending = {}),
      (error: unknown) => (ending = { error }),
    )
    .finally(() => wake.resolve());
  try {
    for (;;) {
      for (let part = waiting.shift(); part; part = waiting.shift()) {
        room.resolve();
        room = Promise.withResolvers<void>();
        yield part;
      }
      if (ending) break;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
    if ('error' in ending) throw ending.error;
  } finally {
    isStopped = true;
    room.resolve();
  }
}

/** A piece that goes on where the last waiting one ended joins it. */
function add(waiting: Part[], part: Part): void {
  const last = waiting.at(-1);
  const goesOn =
    (part.type === 'text-delta' && last?.type === 'text-delta') ||
    (part.type === 'reasoning-delta' && last?.type === 'reasoning-delta');
  if (goesOn && last.id === part.id) waiting[waiting.length - 1] = { ...last, text: last.text + part.text };
  else waiting.push(part);
}
