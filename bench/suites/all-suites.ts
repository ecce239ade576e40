import type { Suite } from '../suite.ts';
import { agents } from './agents.ts';
import { durableNodes } from './durable-nodes.ts';
import { fanOut } from './fan-out.ts';
import { flatCost } from './flat-cost.ts';
import { mirror } from './mirror.ts';
import { readingFiles } from './reading-files.ts';
import { resuming } from './resuming.ts';
import { startUp } from './start-up.ts';
import { timeTravel } from './time-travel.ts';
import { waitingRuns } from './waiting-runs.ts';
import { wholeCommand } from './whole-command.ts';
import { workspace } from './workspace.ts';

/** In the order of the page. */
export const allSuites: readonly Suite[] = [
  durableNodes,
  flatCost,
  wholeCommand,
  readingFiles,
  resuming,
  timeTravel,
  fanOut,
  waitingRuns,
  mirror,
  startUp,
  agents,
  workspace,
];
