import type { Clauses } from './clauses.ts';

/** The numbered invariants R1 to R9 of ARCHITECTURE.md and the rules that follow from them. */
export const durability = {
  R1: {
    'durability:R1:commit-before-next': 'A result is committed before anything that follows from it starts.',
    'durability:R1:append-atomic': 'Turns appended together are there whole or not at all.',
  },
  R2: {
    'durability:R2:never-again': 'A finished operation never runs again, whenever the process is killed.',
    'durability:R2:same-result': 'A run killed at any point and resumed ends as an undisturbed one.',
  },
  R3: {
    'durability:R3:key': 'An operation that was in flight runs again with the same key and a higher epoch.',
    'durability:R3:session-resumed': "An agent's session is continued after a crash where the agent can.",
    'durability:R3:session-id-first': 'The session id is journaled before the prompt is sent.',
    'durability:R3:abort-signal': 'An operation in flight gets the signal when it is dropped, timed out or cancelled.',
  },
  R4: {
    'durability:R4:deterministic': 'The same settlements lead to the same operations, in the same order.',
    'durability:R4:replay': 'A walk executed again from the journal at every step asks for the same keys.',
    'durability:R4:pure': 'language/ and engine/ bundle for a browser and use no clock, randomness or Node.js module.',
    'durability:R4:browser': 'A pipeline is linted and dry-run in a browser, under a strict content security policy.',
    'durability:R4:walk-version':
      'A run records the version of its walk; one of another version is refused, with the way out, and left as it is.',
  },
  R5: {
    'durability:R5:lease': 'A second process cannot walk a run whose owner lives.',
    'durability:R5:takeover': 'A run whose owner is dead can be taken over.',
    'durability:R5:clock':
      'An owner keeps its run when the clock jumps or the machine sleeps, and a dead or silent one loses it all the same.',
    'durability:R5:fencing': 'Writes under a lost lease or an older epoch are refused and leave no trace.',
    'durability:R5:states':
      'created, running, waiting, paused, completed, failed, cancelled and interrupted are told apart.',
    'durability:R5:waiting': 'A waiting run says for whom, since when and until when.',
    'durability:R5:inbox-order': 'Commands are applied once, in the order of arrival.',
    'durability:R5:inbox-wakes': 'A command from another process reaches a waiting run soon.',
  },
  R6: {
    'durability:R6:constant-cost': 'What a step writes does not grow with the length of the run.',
    'durability:R6:blobs': 'Results above 64 KB are blobs by hash, stored once.',
    'durability:R6:condition-on-blob': 'A condition on a value that is a blob is a diagnostic.',
    'durability:R6:run-dir-is-projection': 'Deleting the run directory loses nothing.',
  },
  R7: {
    'durability:R7:group': 'Cancel and timeout end the whole process group of a tool or agent.',
    'durability:R7:guardian': 'kill -9 of Orchestra leaves no agent or tool running.',
    'durability:R7:resume-kills-first': 'A resume ends what still lives of an operation before it starts it again.',
  },
  R8: {
    'durability:R8:visits': 'Visit limits count all visits of the target, on any edge, over resumes.',
    'durability:R8:default-bound': 'A loop without a bound of its own ends after `default_max_visits` (100).',
    'durability:R8:budget': 'Budgets for money, tokens, time and calls are checked before each step.',
    'durability:R8:exhausted': 'An exhausted budget pauses the run or fails it, as configured.',
    'durability:R8:limit-wait':
      'An agent that names the time when it can again is waited for until then, also by a later process, and no longer in all than the run may.',
  },
  R9: {
    'durability:R9:edited-pipeline': 'An edited pipeline is resumed when the recorded walk still holds in it.',
    'durability:R9:first-difference': 'Where it does not, the first difference is shown.',
    'durability:R9:bundle': 'A run records everything it was compiled from; later changes of files do not reach it.',
  },
  'Durability: timers and segments': {
    'durability:timer:survives': 'A timer keeps its due time over a restart and fires once.',
    'durability:timer:clock':
      'A timer fires once and in time when the clock is set back, and at once when it is set past it.',
    'durability:timeout:clock': 'The time limit of a step counts the time it ran, whatever the clock is set to.',
    'durability:timer:due': '`resume --due` goes on with every run whose timer is due.',
    'durability:segment:handoff': 'A new segment finds its operations in flight again by their keys.',
  },
  'Durability: secrets': {
    'durability:redaction:door': 'Secrets are redacted before anything is written, across chunks too.',
    'durability:redaction:everywhere':
      'No secret stands in journal, run directory, output, prompts or arguments, whichever way it came.',
    'durability:redaction:walk': 'The walk sees only what the journal kept.',
    'durability:redaction:short-secret': 'A secret of fewer than 8 characters is refused.',
  },
  'Durability: agents and tools under fire': {
    'durability:fire:tolerated':
      'An agent that floods, babbles, stays, forgets children or ruins its folder, and gives a good result, has succeeded.',
    'durability:fire:hangs': 'An agent that hangs is ended by its timeout, also where it is deaf to TERM.',
    'durability:fire:sweep-bounded': 'What cannot be ended in bounded time is named, and holds no run.',
    'durability:fire:start': 'A program that cannot be started is told with the reason and the way out.',
  },
  'Durability: journal': {
    'durability:journal:schema-number': 'A journal has a schema number and is migrated forward after a backup.',
    'durability:journal:newer': 'A newer journal opens read-only, with the hint.',
    'durability:journal:network': 'A journal on a network file system is refused.',
    'durability:journal:forged-reference': 'Data that only looks like a reference to a blob makes no reader fail.',
    'durability:journal:damage':
      'A journal that is damaged, cut off, empty of meaning or of another program is told as such, and left as it is.',
    'durability:journal:blob-hash': 'A blob that is missing or not what its hash says is an error, never a wrong text.',
    'durability:journal:storage':
      'A disk that is full or not writable ends a run with an error that says what to do; nothing acknowledged is lost.',
    'durability:journal:lock-holder':
      'Who waits for a process that holds the journal is told which one, and does not wait for ever.',
    'durability:journal:golden': 'Journals recorded by released versions are read and walked as they were.',
    'durability:journal:fork': 'A branch shares the turns before its fork and costs no copy.',
    'durability:journal:group-commit': 'What settles in one turn of the event loop shares a commit.',
  },
  'Durability: forgetting': {
    'prune:whole': 'A removed run is gone with everything that belongs to it, its children included, or not at all.',
    'prune:owned': 'A run that a live process walks is never removed.',
    'prune:blobs': 'Blobs go when nothing refers to them any more; those that runs share stay.',
    'prune:concurrent': 'Runs that are written meanwhile lose nothing.',
    'prune:selection':
      '`prune` removes runs that ended, by age, by number or by id; others only where their id is given.',
    'prune:directories': 'Run directories go with their run, as far as they are ours; no symbolic link is followed.',
    'prune:crash': 'A `prune` killed at any moment leaves a readable journal, and the next one finishes.',
  },
} as const satisfies Clauses;
