import { oneLine } from '../line-of-text.ts';

/** What every commit of a run says of where it comes from. */
export interface CommitOrigin {
  readonly run: string;
  readonly node: string;
  readonly turn?: number;
  readonly agent?: string;
  readonly model?: string;
}

/**
 * The message with its trailers, as git reads them back (git-interpret-trailers(1)): a last paragraph of
 * `Orchestra-Run`, `-Node`, `-Turn`, `-Agent` and `-Model`, each on one line. What is unknown is left out.
 */
export function withTrailers(message: string, { run, node, turn, agent, model }: CommitOrigin): string {
  const trailers = Object.entries({ Run: run, Node: node, Turn: turn, Agent: agent, Model: model }).flatMap(
    ([name, value]) => {
      const text = value === undefined ? '' : oneLine(String(value));
      return text === '' ? [] : [`Orchestra-${name}: ${text}\n`];
    },
  );
  return `${withoutEnds(message).trim()}\n\n${trailers.join('')}`;
}

/** For git a message ends before a line of three dashes, where a patch may follow, and before a line with scissors. */
function withoutEnds(message: string): string {
  return message.replace(/^(?=---(?:\s|$)|\S+ -{24} >8 -{24})/gm, ' ');
}
