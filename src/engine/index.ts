/** What other layers and the browser use of the engine; its ports are in `ports/`. */
export { createProgram } from './program.ts';
export { createTraversal, walkVersion } from './walk/traverse.ts';
export {
  agreeableAnswer,
  dryRun,
  type DryRunCommand,
  type DryRunResult,
  type DryRunWorld,
} from './simulation/dry-run.ts';
export { simulatedSteps } from './simulation/simulated-steps.ts';
