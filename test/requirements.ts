import { byId, type Clauses, type IdsOf, type Requirement } from './requirements/clauses.ts';
import { cleanup } from './requirements/cleanup.ts';
import { conditions } from './requirements/conditions.ts';
import { cxdb } from './requirements/cxdb.ts';
import { defects } from './requirements/defects.ts';
import { dot } from './requirements/dot.ts';
import { durability } from './requirements/durability.ts';
import { engine } from './requirements/engine.ts';
import { extensions } from './requirements/extensions.ts';
import { formatting } from './requirements/formatting.ts';
import { handlers } from './requirements/handlers.ts';
import { hostileInput } from './requirements/hostile-input.ts';
import { machine } from './requirements/machine.ts';
import { parity } from './requirements/parity.ts';
import { people } from './requirements/people.ts';
import { returning } from './requirements/returning.ts';
import { state } from './requirements/state.ts';
import { stylesheet } from './requirements/stylesheet.ts';
import { terminal } from './requirements/terminal.ts';
import { validation } from './requirements/validation.ts';
import { workspace } from './requirements/workspace.ts';

/**
 * The manifest: every clause we claim, by chapter. Tests name clauses through `verifies`;
 * test/coverage.test.ts holds both sides together and docs/conformance.md is made from them.
 */
export const chapters = [
  { title: 'Attractor 2: DOT', clauses: dot },
  { title: 'Attractor 3: the engine', clauses: engine },
  { title: 'Attractor 4: handlers', clauses: handlers },
  { title: 'Attractor 5: state and context', clauses: state },
  { title: 'Attractor 6: people', clauses: people },
  { title: 'Attractor 7: validation', clauses: validation },
  { title: 'Attractor 8: the stylesheet', clauses: stylesheet },
  { title: 'Attractor 9: transforms, events, hooks', clauses: extensions },
  { title: 'Attractor 10: conditions', clauses: conditions },
  { title: 'Attractor 11.12 and 11.13: parity and smoke test', clauses: parity },
  { title: 'Formatting and lenient reading', clauses: formatting },
  { title: 'Any input', clauses: hostileInput },
  { title: 'The machine interface', clauses: machine },
  { title: 'The terminal', clauses: terminal },
  { title: 'Durability', clauses: durability },
  { title: 'Workspaces', clauses: workspace },
  { title: 'Returning', clauses: returning },
  { title: 'Clean-up', clauses: cleanup },
  { title: 'CXDB', clauses: cxdb },
  { title: 'Known defects, excluded', clauses: defects },
] as const satisfies readonly { readonly title: string; readonly clauses: Clauses }[];

export type RequirementId = IdsOf<(typeof chapters)[number]['clauses']>;

export const requirements: ReadonlyMap<string, Requirement> = byId(chapters.map((chapter) => chapter.clauses));
