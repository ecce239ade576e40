/** Attractor 6.2. */
export type QuestionType = 'YES_NO' | 'MULTIPLE_CHOICE' | 'FREEFORM' | 'CONFIRMATION';

export interface QuestionOption {
  /** Accelerator key, for example `Y`. */
  readonly key: string;
  readonly label: string;
  /** The node this option leads to, where the question is a gate. */
  readonly to?: string;
}

export interface Question {
  readonly text: string;
  readonly type: QuestionType;
  readonly options: readonly QuestionOption[];
  /** The key of the option taken when nobody answers in time. */
  readonly defaultKey?: string;
  readonly timeoutMs?: number;
  /** Id of the asking node. */
  readonly stage: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Attractor 6.3. `choice` holds an option key, YES or NO; `text` is a free answer. */
export type Answer =
  | { readonly kind: 'choice'; readonly key: string; readonly by?: string }
  | { readonly kind: 'text'; readonly text: string; readonly by?: string }
  /** An answer from a prepared queue that is none of the options: it fails the gate. */
  | { readonly kind: 'invalid'; readonly text: string; readonly by?: string }
  | { readonly kind: 'timeout'; readonly by?: string }
  | { readonly kind: 'skipped'; readonly by?: string };

/**
 * The option a typed text means: its key, else its whole label with or without the accelerator,
 * both without regard to case; undefined when it is none of them or could be two.
 * An unmatched text never approves anything (design.md, "One graph, several languages").
 */
export function matchOption(text: string, options: readonly QuestionOption[]): QuestionOption | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  for (const nameOf of [keyOf, labelOf, bareLabelOf, targetOf]) {
    const matches = options.filter((option) => nameOf(option) === wanted);
    if (matches.length === 1) return matches[0];
  }
  return undefined;
}

const keyOf = (option: QuestionOption): string => option.key.toLowerCase();
const labelOf = (option: QuestionOption): string => option.label.trim().toLowerCase();
const bareLabelOf = (option: QuestionOption): string => normalizeLabel(option.label);
const targetOf = (option: QuestionOption): string | undefined => option.to?.toLowerCase();

const accelerator = /^\s*(?:\[([^\]\s]+)\]\s*|([A-Za-z0-9]+)\)\s+|([A-Za-z0-9])\s+[-\u2013]\s+)/;

/** Label as compared in edge selection (3.3, step 2): lower case, trimmed, accelerator prefix stripped. */
export function normalizeLabel(label: string): string {
  return bareLabel(label).toLowerCase();
}

/** Label as shown beside its key: trimmed, without an accelerator prefix. */
export function bareLabel(label: string): string {
  return label.replace(accelerator, '').trim();
}

/** The accelerator key of a label (4.6): `[Y] Yes`, `Y) Yes`, `Y - Yes`, else the first character. */
export function acceleratorKey(label: string): string {
  const match = accelerator.exec(label);
  const written = match?.[1] ?? match?.[2] ?? match?.[3];
  return (written ?? [...label.trim()][0] ?? '').toUpperCase();
}

/**
 * The answer a typed text gives to a question; undefined when it gives none: an empty text, one that means no
 * single option, anything but yes or no to a yes/no question.
 */
export function answerFrom(question: Pick<Question, 'type' | 'options'>, text: string): Answer | undefined {
  switch (question.type) {
    case 'FREEFORM':
      return text.trim() === '' ? undefined : { kind: 'text', text };
    case 'YES_NO':
    case 'CONFIRMATION':
      return yesOrNo(text);
    case 'MULTIPLE_CHOICE': {
      const option = matchOption(text, question.options);
      return option && { kind: 'choice', key: option.key };
    }
  }
}

function yesOrNo(text: string): Answer | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'y' || word === 'yes') return { kind: 'choice', key: 'YES' };
  return word === 'n' || word === 'no' ? { kind: 'choice', key: 'NO' } : undefined;
}
