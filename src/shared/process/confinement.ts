/** How a program is started: everything but its standard streams. */
export interface ProgramLine {
  /** A name to look for on the PATH of `env`, or a path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What of the machine a confined program needs beside its working folder, as its caller knows it. Absolute paths. */
export interface ProgramReach {
  /** It may not change the working folder. */
  readonly readOnly?: boolean;
  /** Folders it keeps its own things in, made where they are missing; files only where they are there. */
  readonly state?: readonly ProgramState[];
  /** Folders that are there and that it may change. */
  readonly writable?: readonly string[];
}

export interface ProgramState {
  readonly path: string;
  readonly kind: 'folder' | 'file';
}

/** A program inside its sandbox. */
export interface ConfinedLine extends ProgramLine {
  /** `host:port` of everybody it has asked for so far and may not reach. */
  refused(): readonly string[];
  /** To be called once, when the program has ended or could not be started. */
  release(): Promise<void>;
}

/** The exit of a program, as far as a limit can be recognised in it. */
export interface LimitedExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Present where we ended it. */
  readonly endedBy?: string;
}

/**
 * Keeps programs apart from the machine: makes one command line of another, which is started as any other is.
 * Whoever ends the process group of the line ends everything inside.
 */
export interface Confinement {
  readonly kind: 'none' | 'bwrap' | 'docker';
  /** Why it cannot be used on this machine; undefined where it can. */
  problem(): Promise<string | undefined>;
  /** @throws OrchestraError SANDBOX_UNAVAILABLE where it cannot be used, or not for this program */
  confine(line: ProgramLine, reach?: ProgramReach): Promise<ConfinedLine>;
  /** The limit that ended a program, in words, where that can be known. */
  limitReached(exit: LimitedExit): string | undefined;
}
