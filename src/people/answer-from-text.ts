import { matchOption, type Answer, type Question } from '../contract/question.ts';
import { assertNever } from '../shared/errors.ts';

/**
 * The answer a typed text gives to a question; undefined when it gives none, which never counts as consent
 * (6.1): a text that means no single option, anything but yes or no to a yes/no question, an empty line.
 */
export function answerFromText(question: Question, text: string): Answer | undefined {
  switch (question.type) {
    case 'MULTIPLE_CHOICE': {
      const option = matchOption(text, question.options);
      return option && { kind: 'choice', key: option.key };
    }
    case 'YES_NO':
    case 'CONFIRMATION': {
      const key = yesOrNo.get(text.trim().toLowerCase());
      return key && { kind: 'choice', key };
    }
    case 'FREEFORM':
      return text.trim() === '' ? undefined : { kind: 'text', text };
    default:
      return assertNever(question.type);
  }
}

const yesOrNo: ReadonlyMap<string, 'YES' | 'NO'> = new Map([
  ['y', 'YES'],
  ['yes', 'YES'],
  ['n', 'NO'],
  ['no', 'NO'],
]);
