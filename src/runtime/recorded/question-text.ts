import type { Question } from '../../contract/question.ts';
import { formatDuration } from '../../shared/duration.ts';

/** All that a person is shown of a question, and where its options lead: equal texts are equal questions. */
export function questionText({ text, type, options, timeoutMs, defaultKey }: Question): string {
  return [
    `${text}  (${type})`,
    ...options.map(({ key, label, to }) => `[${key}] ${label}${to === undefined ? '' : ` -> ${to}`}`),
    ...(timeoutMs === undefined ? [] : [`timeout ${formatDuration(timeoutMs)}`]),
    ...(defaultKey === undefined ? [] : [`default [${defaultKey}]`]),
  ].join('\n');
}
