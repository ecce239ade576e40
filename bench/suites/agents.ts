import type { AgentOverhead, AgentOverheadRequest } from '../cases/agent-overhead.ts';
import type { AgentStream, AgentStreamRequest } from '../cases/agent-stream.ts';
import type { FirstToken, FirstTokenRequest } from '../cases/first-token.ts';
import type { ManyAgents, ManyAgentsRequest } from '../cases/many-agents.ts';
import { launcherFlags } from '../measuring/command-line.ts';
import { measured } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMb, showMs, showTimes } from '../measuring/show.ts';
import { median, quantile } from '../measuring/statistics.ts';
import { atMost, type Suite, type SuiteOptions, type SuiteResult } from '../suite.ts';

/** The larger of the two. */
const allowed = { ms: 100, share: 0.05 } as const;
const limits = { firstTokenMs: 10, manyAgentsMb: 1000, streamGrowth: 1.3 } as const;

interface Sizes {
  readonly pairs: number;
  readonly seconds: number;
  readonly streams: readonly number[];
  readonly times: number;
  readonly turns: number;
  readonly agents: number;
}

const sizes: Sizes = { pairs: 15, seconds: 0.5, streams: [10e6, 100e6], times: 20, turns: 5, agents: 50 };
const quickSizes: Sizes = { pairs: 1, seconds: 0.01, streams: [10e3, 20e3], times: 2, turns: 1, agents: 3 };

export const agents: Suite = { name: 'agents', title: 'Agents on the command line', run: measureAgents };

async function measureAgents({ quick, tell }: SuiteOptions): Promise<SuiteResult> {
  const size = quick ? quickSizes : sizes;
  const of = <T>(file: string, request: object): Promise<T> =>
    inScratch((folder) => measured<T>(`cases/${file}.ts`, { ...request, folder }, { flags: launcherFlags }));
  tell(`${size.pairs} pairs of runs`);
  const { pairs } = await of<AgentOverhead>('agent-overhead', {
    rounds: size.pairs,
    seconds: size.seconds,
  } satisfies Omit<AgentOverheadRequest, 'folder'>);
  const turns: FirstToken[] = [];
  for (let turn = 1; turn <= size.turns; turn += 1) {
    tell(`first token, turn ${turn} of ${size.turns}`);
    const request: Omit<FirstTokenRequest, 'folder'> = { times: size.times };
    turns.push(await of<FirstToken>('first-token', request));
  }
  const streams: Stream[] = [];
  for (const bytes of size.streams) {
    tell(`a stream of ${bytes / 1e6} MB`);
    streams.push({
      bytes,
      ...(await of<AgentStream>('agent-stream', { bytes } satisfies Omit<AgentStreamRequest, 'folder'>)),
    });
  }
  tell(`${size.agents} agents at once`);
  const many = await of<ManyAgents>('many-agents', { agents: size.agents } satisfies Omit<ManyAgentsRequest, 'folder'>);
  return resultOf({ size, pairs, turns, streams, many });
}

interface Stream extends AgentStream {
  readonly bytes: number;
}

interface Measurements {
  readonly size: Sizes;
  readonly pairs: AgentOverhead['pairs'];
  readonly turns: readonly FirstToken[];
  readonly streams: readonly Stream[];
  readonly many: ManyAgents;
}

function resultOf({ size, pairs, turns, streams, many }: Measurements): SuiteResult {
  const byHand = median(pairs.map(({ byHandMs }) => byHandMs));
  const overheads = pairs.map(({ byHandMs, throughMs }) => throughMs - byHandMs);
  const firsts = turns.map(({ delaysMs }) => delaysMs[0] ?? Number.NaN);
  const all = turns.flatMap(({ delaysMs }) => delaysMs);
  const [short, long] = [streams[0], streams.at(-1)];
  if (!short || !long) throw new Error('streams of two lengths are measured');
  const mostMs = Math.max(allowed.ms, allowed.share * byHand);
  const memory = many.memoryMb + many.guardiansMb;
  return {
    text: [
      `A program that prints what a real agent once printed stands in the agent's place, so that nothing but Orchestra is
measured. "Through Orchestra" is a run of one node, from opening the project to its end, the run directory written; the
agent was asked for its version by the run before: a process asks once. A token is there when a listener of the run has it, committed.
The memory of ${showCount(size.agents)} agents at once is that of our process and of the shells that guard them, not that of the agents.`,
    ],
    tables: [
      {
        head: ['by hand', 'through Orchestra', 'more (median of the pairs)', 'more (90 %)'],
        rows: [
          [
            showMs(byHand),
            showMs(median(pairs.map(({ throughMs }) => throughMs))),
            showMs(median(overheads)),
            showMs(quantile(overheads, 0.9)),
          ],
        ],
      },
      {
        head: ['first token of a turn', 'any token', 'any token (90 %)'],
        rows: [[showMs(median(firsts)), showMs(median(all)), showMs(quantile(all, 0.9))]],
      },
      {
        head: ['stream', 'events', 'time', 'largest memory'],
        rows: streams.map(({ bytes, events, tookMs, largestMemoryMb }) => [
          showMb(bytes / 1e6),
          showCount(events),
          showMs(tookMs),
          showMb(largestMemoryMb),
        ]),
      },
      {
        head: ['agents at once', 'first started to last', 'our process', 'guardians'],
        rows: [[showCount(size.agents), showMs(many.startedWithinMs), showMb(many.memoryMb), showMb(many.guardiansMb)]],
      },
    ],
    targets: [
      atMost('An agent through Orchestra, beyond the same by hand', mostMs, median(overheads), showMs),
      atMost('First token of a turn', limits.firstTokenMs, median(firsts), showMs),
      atMost(
        `Largest memory, a stream of ${showMb(long.bytes / 1e6)} beside ${showMb(short.bytes / 1e6)}`,
        limits.streamGrowth,
        long.largestMemoryMb / short.largestMemoryMb,
        showTimes,
      ),
      atMost(`Memory with ${size.agents} agents at once`, limits.manyAgentsMb, memory, showMb),
    ],
    samples: {
      pairs: pairs.map((pair) => ({ ...pair })),
      turns: turns.map(({ delaysMs }) => [...delaysMs]),
      streams: streams.map((stream) => ({ ...stream })),
      many: { ...many },
    },
  };
}
