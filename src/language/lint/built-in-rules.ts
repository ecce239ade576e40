import type { LintRule } from './lint-rule.ts';
import { attributes } from './rules/attributes.ts';
import { attributeMissing } from './rules/required-attributes.ts';
import { contextKeys } from './rules/context-keys.ts';
import { edgeTargetExists, reachability } from './rules/edges.ts';
import { fanInWithoutFanOut, fanOutWithoutFanIn } from './rules/fan-out.ts';
import { fidelityValid } from './rules/fidelity.ts';
import { goalGateHasRetry, goalGateTargetUnreachable, retryTargetExists } from './rules/goal-gates.ts';
import { humanGateDefaultUnknown, humanGateDuplicateKey, humanGateWithoutChoices } from './rules/human-gates.ts';
import { loopWithoutBound } from './rules/loops.ts';
import { outcomeUnknown } from './rules/outcomes.ts';
import { typeKnown, unknownShape } from './rules/node-type.ts';
import { promptOnLlmNodes } from './rules/prompts.ts';
import { judgeWithoutRace, raceAgents } from './rules/races.ts';
import { exitNoOutgoing, startNode, startNoIncoming, terminalNode } from './rules/start-and-exit.ts';
import { templatesOffered, templateVariableUnset } from './rules/templates.ts';
import { conditionSyntax, stylesheetSyntax } from './rules/texts.ts';

/** The thirteen of section 7.2, with its ids and severities. */
export const specificationRules: readonly LintRule[] = [
  startNode,
  terminalNode,
  reachability,
  edgeTargetExists,
  startNoIncoming,
  exitNoOutgoing,
  conditionSyntax,
  stylesheetSyntax,
  typeKnown,
  fidelityValid,
  retryTargetExists,
  goalGateHasRetry,
  promptOnLlmNodes,
];

/** Ours: never an error (semantics.md, Language). Some report under several ids, named where they are defined. */
export const ownRules: readonly LintRule[] = [
  unknownShape,
  attributes,
  attributeMissing,
  goalGateTargetUnreachable,
  fanOutWithoutFanIn,
  fanInWithoutFanOut,
  loopWithoutBound,
  humanGateWithoutChoices,
  humanGateDuplicateKey,
  humanGateDefaultUnknown,
  raceAgents,
  judgeWithoutRace,
  contextKeys,
  outcomeUnknown,
  templateVariableUnset,
  templatesOffered,
];

export const builtInRules: readonly LintRule[] = [...specificationRules, ...ownRules];
