import { analyse, type Analysis } from './analysis.ts';

/** What the worker answers to a text; one answer for each text, in order. */
export type WorkerAnswer = { readonly analysis: Analysis } | { readonly failure: string };

addEventListener('message', ({ data: text }: MessageEvent<string>) => {
  void answerTo(text).then((answer) => postMessage(answer));
});

/** A rejected promise of a worker would reach nobody. */
async function answerTo(text: string): Promise<WorkerAnswer> {
  try {
    return { analysis: await analyse(text) };
  } catch (thrown) {
    return { failure: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
