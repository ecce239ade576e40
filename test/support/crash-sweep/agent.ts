import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliProject } from '../cli.ts';

/**
 * Stands for Claude Code: knows the sessions it has begun, refuses a new one under a known id and an old one
 * under an unknown id as the real one does, notes every start, works for a while, and leaves a process in a
 * session of its own behind that does not end by itself.
 */
const program = `#!/bin/sh
[ "$1" = --version ] && { echo '2.1.329 (Claude Code)'; exit; }
while [ $# -gt 0 ]; do
  case $1 in
    --session-id) id=$2 kind=new ;;
    --resume) id=$2 kind=resumed ;;
  esac
  shift
done
cat > /dev/null
run=\${ORCHESTRA_OPERATION%%/*} key=\${ORCHESTRA_OPERATION#*/}
known="$HOME/session-$id"
if [ $kind = resumed ] && [ ! -e "$known" ]; then
  echo "$key $id lost" >> agents
  echo '{"type":"result","subtype":"error_during_execution","is_error":true,"session_id":"'$id'","errors":["No conversation found with session ID: '$id'"]}'
  exit 1
fi
if [ $kind = new ] && [ -e "$known" ]; then
  echo "$key $id taken" >> agents
  echo "Error: Session ID $id is already in use." >&2
  exit 1
fi
: > "$known"
echo '{"type":"system","subtype":"init","session_id":"'$id'","model":"none"}'
echo "$key $id $kind" >> agents
(setsid sleep 600 > /dev/null 2>&1 &)
sleep 0.25
echo "$run $key" >> effects
echo '{"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"It is done."}]},"session_id":"'$id'"}'
echo '{"type":"result","subtype":"success","is_error":false,"result":"It is done.","session_id":"'$id'","usage":{"input_tokens":1,"output_tokens":1}}'
`;

/** Five turns, three of them at the same time and two of them in one thread. */
const pipeline = `digraph Agents {
  graph [goal="survive"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="plan", fidelity=full, thread_id="main"]
  fan [shape=component]
  join [shape=tripleoctagon]
  one [prompt="one"]
  two [prompt="two"]
  review [prompt="review", fidelity=full, thread_id="main"]
  start -> plan -> fan
  fan -> one -> join
  fan -> two -> join
  join -> review -> exit
}`;

export function writeAgents(project: CliProject): void {
  const path = join(project.bin, 'claude');
  writeFileSync(path, program);
  chmodSync(path, 0o755);
  project.write('agents.dot', pipeline);
}

/** One start of the agent: for which operation, in which of its sessions, and what came of the wish for it. */
export interface AgentStart {
  readonly key: string;
  readonly session: string;
  readonly wish: 'new' | 'resumed' | 'lost' | 'taken';
}

export function agentStarts(project: CliProject): readonly AgentStart[] {
  const path = join(project.folder, 'agents');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    // As the program above writes them.
    const [key, session, wish] = line.split(' ') as [string, string, AgentStart['wish']];
    return { key, session, wish };
  });
}
