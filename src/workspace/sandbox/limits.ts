import type { ProgramLimitsSection } from '../../contract/config/sandbox.ts';
import type { LimitedExit } from '../../shared/process/confinement.ts';

const units: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `4GB`, `4GiB` and `4G` are 4 times 2^30 bytes. */
export function bytesOf(size: string): number {
  const [, count = '', unit = ''] = /^(\d+)\s*([KMGT])/i.exec(size) ?? [];
  return Number(count) * (units[unit.toUpperCase()] ?? Number.NaN);
}

/** From the signal that says so to KILL, for a program that does not hear it. */
const cpuGraceSeconds = 5;

/**
 * The words that start a program under its limits, which hold for each of its processes: `prlimit` of util-linux. Memory
 * is what a process allocates (RLIMIT_DATA): its whole address space would also count what JavaScript engines only
 * reserve, tens of gigabytes. Empty without limits.
 */
export function limitWords({
  memory,
  cpu_seconds: cpu,
  open_files: files,
  processes,
}: ProgramLimitsSection): readonly string[] {
  const words = [
    ...(memory === undefined ? [] : [`--data=${bytesOf(memory)}`]),
    ...(cpu === undefined ? [] : [`--cpu=${cpu}:${cpu + cpuGraceSeconds}`]),
    ...(files === undefined ? [] : [`--nofile=${files}`]),
    ...(processes === undefined ? [] : [`--nproc=${processes}`]),
  ];
  return words.length === 0 ? [] : ['prlimit', ...words, '--'];
}

const signalBase = 128;
const [killNumber, cpuNumber] = [9, 24];

/** Shells and bubblewrap report a signal as an exit code. */
function isEndedBy({ exitCode, signal }: LimitedExit, name: string, number: number): boolean {
  return signal === name || exitCode === signalBase + number;
}

/** Only processor time shows in how a program ended: refused memory, files and processes are errors of its own. */
export function limitInExit({ cpu_seconds: cpu }: ProgramLimitsSection, exit: LimitedExit): string | undefined {
  if (cpu === undefined || !isEndedBy(exit, 'SIGXCPU', cpuNumber)) return undefined;
  return `its limit of ${cpu} s of processor time is used up`;
}

/** In a container KILL comes from the kernel where its memory is used up, or from whoever ended it. */
export function containerLimitInExit(limits: ProgramLimitsSection, exit: LimitedExit): string | undefined {
  const cpu = limitInExit(limits, exit);
  if (cpu !== undefined || limits.memory === undefined || exit.endedBy !== undefined) return cpu;
  if (!isEndedBy(exit, 'SIGKILL', killNumber)) return undefined;
  return `it was killed, probably because its limit of ${limits.memory} of memory was used up`;
}
