import { newProject, type CliProject } from '../cli.ts';
import { newGitProject, type GitProject } from '../git-project.ts';
import { addRemote } from '../bare-remote.ts';
import { conflictingAgents } from '../writing-agents.ts';
import { writeAgents } from './agent.ts';

/**
 * Who takes part. Questions are answered by a prepared list in the process that walks (`list`), or by other
 * processes with `orchestra answer` (`others`), in which case the second question of each round is decided
 * by its timeout. `agents` is a pipeline of its own, of agents as programs; `writers` another one, of agents that write in a Git
 * repository with a remote.
 */
export type Cast = 'list' | 'others' | 'agents' | 'writers';

/** Each tool notes its run and key: what it would have done to the world. */
const effect = 'echo $ORCHESTRA_RUN $ORCHESTRA_KEY >> effects';

/** A process in a session of its own that does not end by itself, as careless programs leave behind. */
const straggler = '(setsid sleep 600 > /dev/null 2>&1 &)';

/**
 * Three rounds, the second by an edge back and the third by a restart: nested fan-outs, a race whose
 * loser must be ended, a retry with its timer, two questions, a child pipeline with a retry of its own.
 */
const pipeline = `digraph Sweep {
  graph [goal="survive", max_restarts=2]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="plan"]
  flaky [prompt="try", max_retries=2]
  review [prompt="review"]
  again [prompt="once more?"]
  fan [shape=component]
  inner [shape=component]
  meet [shape=tripleoctagon]
  join [shape=tripleoctagon]
  race [shape=component, join_policy=first_success]
  won [shape=tripleoctagon]
  ask [shape=hexagon, label="Shall it be?", timeout="10m", human.default_choice="N"]
  lapse [shape=hexagon, label="Anything else?", timeout="120ms", human.default_choice="G"]
  sub [type="sub_pipeline", sub_pipeline.dotfile="child.dot", sub_pipeline.outputs="answer"]
  node [shape=parallelogram, tool_command="${effect}"]
  left leftmost upper lower deep last
  quick [tool_command="${straggler}; sleep 0.05; ${effect}"]
  held [tool_command="sleep 600 & wait"]
  start -> plan -> fan
  fan -> left -> leftmost -> join
  fan -> inner
  inner -> upper -> meet
  inner -> lower -> meet -> deep -> join
  join -> race
  race -> quick -> won
  race -> held -> won
  won -> flaky -> ask
  ask -> lapse [label="[Y] Yes"]
  ask -> exit [label="[N] No"]
  lapse -> sub [label="[G] Go on"]
  lapse -> exit [label="[S] Stop"]
  sub -> review
  review -> plan [condition="outcome=fail"]
  review -> again [condition="outcome=success"]
  again -> plan [condition="outcome=fail", loop_restart=true]
  again -> last [condition="outcome=success"]
  last -> exit
}`;

const child = `digraph Child {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  think [prompt="think", max_retries=1]
  tell [shape=parallelogram, tool_command="${effect}"]
  start -> think -> tell -> exit
}`;

const script = {
  plan: [{ context_updates: { round: 1 } }, { context_updates: { round: 2 } }, { context_updates: { round: 3 } }],
  flaky: ['throw-transient:busy', 'success', 'throw-transient:busy', 'success'],
  think: ['throw-transient:busy', { context_updates: { answer: 42 } }],
  review: ['fail', 'success'],
  again: ['fail', 'success'],
};

/** A temporary project with what the casts play. */
export function sweepProject(cast: Cast): CliProject | GitProject {
  return cast === 'writers' ? writersProject() : withPipelines(newProject());
}

/** They push at every checkpoint, beside their work. */
function writersProject(): GitProject {
  const project = newGitProject();
  addRemote(project, 'on_checkpoint');
  project.write('writers.dot', conflictingAgents.dot);
  project.write('writers.json', conflictingAgents.script);
  return project;
}

function withPipelines(project: CliProject): CliProject {
  writeAgents(project);
  project.write('sweep.dot', pipeline);
  project.write('child.dot', child);
  project.write('script.json', script);
  project.write('answers.json', ['Y', 'G', 'Y', 'G', 'Y', 'G']);
  return project;
}

/** The command that starts the run. */
export function startCommand(cast: Cast): readonly string[] {
  if (cast === 'agents') return ['run', 'agents.dot', '--json'];
  if (cast === 'writers') return ['run', 'writers.dot', '--json', '--script', 'writers.json'];
  const answers = cast === 'list' ? ['--answers', 'answers.json'] : [];
  return ['run', 'sweep.dot', '--json', '--backend', 'scripted', '--script', 'script.json', ...answers];
}

/** The question that a person must answer, and how. */
export const asked = { stage: 'ask', answer: 'Y' } as const;
