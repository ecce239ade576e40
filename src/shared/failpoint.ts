/**
 * Named places where a test makes the process fail: `failpoint('journal:before-commit')`. Inert unless
 * armed through the environment of a child process,
 * `ORCHESTRA_FAILPOINTS="journal:before-commit=kill@3,journal:mid-batch=stop"` (at the third pass; at the
 * first), or by `armFailpoint` within this process. Unarmed it costs one look-up in an empty map.
 */
export type FailpointAction =
  /** SIGKILL to this process: nothing after this point happens. */
  | 'kill'
  /** SIGSTOP to this process: it freezes until somebody sends SIGCONT. */
  | 'stop'
  /** Throws an error that names the failpoint. */
  | 'throw'
  /** Called at this pass and every later one, until disarmed. */
  | (() => void);

interface Armed {
  readonly action: FailpointAction;
  passesLeft: number;
}

const armed = new Map<string, Armed>(Object.entries(parseFailpoints(process.env['ORCHESTRA_FAILPOINTS'] ?? '')));

export function failpoint(name: string): void {
  const point = armed.get(name);
  if (point === undefined) return;
  point.passesLeft -= 1;
  if (point.passesLeft > 0) return;
  if (typeof point.action === 'function') return point.action();
  armed.delete(name);
  perform(name, point.action);
}

/** Arms a failpoint of this process for its `pass`-th pass; disposing it disarms. For tests. */
export function armFailpoint(name: string, action: FailpointAction, pass = 1): Disposable {
  const point = { action, passesLeft: pass };
  armed.set(name, point);
  return {
    [Symbol.dispose]: () => {
      if (armed.get(name) === point) armed.delete(name);
    },
  };
}

function perform(name: string, action: 'kill' | 'stop' | 'throw'): void {
  if (action === 'throw') throw new Error(`failpoint ${name}`);
  process.kill(process.pid, action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
}

function parseFailpoints(setting: string): Record<string, Armed> {
  const points: Record<string, Armed> = {};
  for (const part of setting.split(',').filter((text) => text.trim() !== '')) {
    const match = /^\s*(.+)=(kill|stop|throw)(?:@(\d+))?\s*$/.exec(part);
    if (!match?.[1]) throw new Error(`ORCHESTRA_FAILPOINTS: cannot read "${part}"`);
    // The pattern admits these three words only.
    points[match[1]] = { action: match[2] as 'kill' | 'stop' | 'throw', passesLeft: Number(match[3] ?? 1) };
  }
  return points;
}
