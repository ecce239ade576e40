import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that cannot be mistaken for another one which got the same number later. The shape of the journal's lease holder. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Where the pid counts: host name and, on Linux, the pid namespace (containers share boot ids and often host names). */
  readonly host: string;
  /** Changes with every start of the operating system. */
  readonly bootId: string;
  /** As the system tells it: clock ticks since boot on Linux, a date on macOS. Compare for equality only. */
  readonly startTime: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostIdentity(), bootId: bootId(), startTime: startTimeOf(process.pid) ?? 'unknown' };
}

/**
 * Whether the process still runs. `unknown` when this machine cannot tell (another host or container):
 * then only the age of a heartbeat decides.
 */
export function livenessOf(holder: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  const sameBoot = holder.bootId === bootId();
  if (sameBoot && startTimeOf(holder.pid) === holder.startTime) return 'alive';
  return holder.host === hostIdentity() ? 'dead' : 'unknown';
}

/**
 * Milliseconds on a clock that all processes of this machine share, that nobody sets, and that stands
 * still while the machine sleeps (CLOCK_MONOTONIC). Undefined for another boot than the present one.
 */
export function steadyNow(boot: string): number | undefined {
  return boot === bootId() ? Number(process.hrtime.bigint() / 1_000_000n) : undefined;
}

/** Start time of a running process; undefined when there is none (a zombie still has one). */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return printed('ps', ['-o', 'lstart=', '-p', String(pid)]);
  const stat = readOptional(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(stat).startTime;
}

let knownBootId: string | undefined;

export function bootId(): string {
  knownBootId ??=
    process.platform === 'linux'
      ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      : (printed('sysctl', ['-n', 'kern.bootsessionuuid']) ?? 'unknown');
  return knownBootId;
}

function hostIdentity(): string {
  if (process.platform !== 'linux') return hostname();
  return `${hostname()}/${readlinkSync('/proc/self/ns/pid')}`;
}

/** The fields of `/proc/PID/stat` this project needs; see proc(5). */
export interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly startTime: string;
}

export function parseStat(text: string): ProcessStat {
  // The command name, second field, may itself hold blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), group: Number(fields[2]), startTime: fields[19] ?? '' };
}

/** The text of a /proc file; undefined when the process is gone or belongs to somebody else. */
export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const goneCodes: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && goneCodes.has(error.code);
}

function printed(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined;
  } catch (error) {
    // `ps` ends with 1 when there is no such process.
    if (error instanceof Error && 'status' in error) return undefined;
    throw error;
  }
}
