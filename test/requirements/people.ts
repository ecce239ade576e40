import type { Clauses } from './clauses.ts';

/** Attractor 6, "Human-in-the-Loop". */
export const people = {
  '6.1': {
    'interviewer:ask': 'Every question goes through `ask` and comes back as an answer.',
    'interviewer:ask-multiple': 'Several questions are asked in order and answered in order.',
    'interviewer:inform': 'A message reaches the frontend without an answer.',
  },
  '6.2': {
    'question:yes-no': 'YES_NO takes yes and no.',
    'question:multiple-choice': 'MULTIPLE_CHOICE takes one of its options.',
    'question:freeform': 'FREEFORM takes any text.',
    'question:confirmation': 'CONFIRMATION takes yes and no, and nothing else approves.',
  },
  '6.3': {
    'answer:kinds': 'An answer is a chosen option, a text, a timeout or a skip, with who gave it.',
    'answer:matching': 'A typed text means an option by key, label or bare label, without regard to case.',
  },
  '6.4': {
    'interviewer:auto-approve': 'Auto-approve says yes, takes the first option, and writes `auto-approved`.',
    'interviewer:console': 'The console prints the question with its keys and reads the answer.',
    'interviewer:console-timeout': 'The console gives up at the timeout.',
    'interviewer:callback': 'The callback decides.',
    'interviewer:queue': 'A queue answers in order; empty, it skips.',
    'interviewer:recording': 'A recording keeps every question with its answer.',
  },
  '6.5': {
    'interviewer:timeout-default': "A timeout takes the question's default where it has one.",
    'interviewer:timeout': 'Without a default the answer is a timeout, and the handler decides.',
  },
} as const satisfies Clauses;
