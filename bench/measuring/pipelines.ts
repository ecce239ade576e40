/** `start`, so many nodes one after the other, `exit`. */
export function linearPipeline(nodes: number): string {
  const ids = Array.from({ length: nodes }, (_, index) => nodeName(index));
  return `digraph Linear {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  node [prompt="Do the work"]
  start -> ${ids.join(' -> ')} -> exit
}
`;
}

/** Of one length, so that bytes a node can be compared between runs of any size. */
export function nodeName(index: number): string {
  return `n${String(index).padStart(5, '0')}`;
}

/** One node, then as many branches at once as there are, and their join. */
export function fanOutPipeline(branches: number): string {
  const lines = Array.from({ length: branches }, (_, index) => `  fan -> branch${index} -> join`);
  return `digraph FanOut {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  fan [shape=component, max_parallel=${branches}]
  join [shape=tripleoctagon]
  node [prompt="Do the work"]
  start -> before -> fan
${lines.join('\n')}
  join -> exit
}
`;
}

export const gatePipeline = `digraph Gate {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do the work"]
  approve [shape=hexagon, label="Ship it?"]
  start -> work -> approve
  approve -> exit [label="[Y] Yes"]
  approve -> work [label="[N] No", max_visits=3]
}
`;

/** As people write them: labels, prompts and conditions, about 150 bytes a node. */
export function writtenPipeline(nodes: number): string {
  const lines = Array.from({ length: nodes }, (_, index) => {
    const id = `step_${index}`;
    const next = index + 1 < nodes ? `step_${index + 1}` : 'exit';
    return `  ${id} [label="Step ${index}", prompt="Improve part ${index} and say what is new", max_retries=2]
  ${id} -> ${next} [condition="outcome=success"]`;
  });
  return `digraph Written {
  graph [goal="Improve every part", retry_target=step_0]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  start -> step_0
${lines.join('\n')}
}
`;
}
