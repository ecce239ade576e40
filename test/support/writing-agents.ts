import type { Json } from '../../src/shared/json.ts';

/** A pipeline and what its agents do. */
export interface ScriptedPipeline {
  readonly dot: string;
  readonly script: Json;
}

export const ends = 'start [shape=Mdiamond] exit [shape=Msquare]';

/** A turn of a scripted agent that writes files, and deletes those that are null. */
export const writes = (files: Readonly<Record<string, string | null>>, text = 'I write.'): Json => ({ text, files });

/** What an agent does at one execution: these turns, and then it says so. */
export const turns = (...taken: readonly Json[]): Json => [{ text: 'done', turns: taken }];

/**
 * Agents that write turn by turn: one before a fan-out, two in its branches, of which one has a fan-out of its own, and one
 * behind the merge. One turn changes nothing, one deletes, and one file is changed in a branch and before it.
 */
export const writingAgents: ScriptedPipeline = {
  dot: `digraph Writing { ${ends}
    plan [prompt="Plan"] fan [shape=component] join [shape=tripleoctagon] last [prompt="Finish"]
    left [prompt="Left"] left_again [prompt="Again"]
    inner [shape=component] x [prompt="X"] y [prompt="Y"] inner_join [shape=tripleoctagon]
    start -> plan -> fan
    fan -> left -> left_again -> join
    fan -> inner  inner -> x -> inner_join  inner -> y -> inner_join  inner_join -> join
    join -> last -> exit }`,
  script: {
    plan: turns(writes({ 'plan.md': 'one\n' }), writes({ 'plan.md': 'one\ntwo\n', log: 'p\n' })),
    left: turns(writes({ 'left/1': '1' }), { text: 'I look.' }, writes({ 'left/2': '2' })),
    left_again: turns(writes({ 'left/1': null, 'left/3': '3' })),
    x: turns(writes({ x: 'x\n', 'x.more': 'x\n' })),
    y: turns(writes({ 'plan.md': 'one\ntwo\nthree\n' }), writes({ y: 'y\n' })),
    last: turns(writes({ 'last.md': 'all\n' }), { append: { log: 'l\n' } }),
  },
};

/**
 * Agents that write turn by turn: one before a fan-out, three in its branches, of which two change the same file, one that
 * resolves the conflict, and a tool behind it.
 */
export const conflictingAgents: ScriptedPipeline = {
  dot: `digraph Crash { ${ends}
    plan [prompt="Plan"] fan [shape=component] join [shape=tripleoctagon, merge_policy=agent_resolves]
    left [prompt="Left"] apart [prompt="Apart"] right [prompt="Right"]
    after [shape=parallelogram, tool_command="cat shared; echo t > tool.txt"]
    start -> plan -> fan
    fan -> left -> join  fan -> apart -> join  fan -> right -> join
    join -> after -> exit }`,
  script: {
    plan: turns(writes({ shared: 'base\n' }), writes({ 'plan.md': 'p\n' })),
    left: turns(writes({ shared: 'l\n' }), writes({ left: 'l\n' })),
    apart: turns(writes({ 'apart/1': '1\n' }), writes({ 'apart/1': null, 'apart/2': '2\n' })),
    right: turns(writes({ shared: 'r\n', right: 'r\n' })),
    join: turns(writes({ shared: 'l and r\n' })),
  },
};
