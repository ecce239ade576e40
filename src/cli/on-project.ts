import type { OnWaiting, Orchestra, OrchestraOptions } from '../app/orchestra.ts';
import { noteLine, type CliContext } from './context.ts';
import { guarded } from './failure.ts';
import { waitingForHolder } from './print/waiting-for-holder.ts';

/** How long another process may hold the journal before the user is told. */
const noticeableMs = 2_000;
/** The same where a live view can take it back. */
const visibleMs = 500;

type ProjectOptions = Pick<OrchestraOptions, 'isOffline' | 'configuration'>;

/**
 * Opens the project of the current folder for some work.
 * @param isNew whether the project may have no state yet, which is made then; else it is taken as empty
 */
export async function onProject<T>(
  context: CliContext,
  isNew: boolean,
  work: (orchestra: Orchestra) => Promise<T>,
  options: ProjectOptions = {},
): Promise<T> {
  const { cwd, env } = context;
  // What only reads a file does without the journal.
  const { Orchestra } = await import('../app/orchestra.ts');
  const orchestra = await Orchestra.open({
    ...{ cwd, env, isNew },
    ...options,
    onWaiting: waitingNotice(context),
    onNotice: (text) => noteLine(context, text),
  });
  try {
    return await work(orchestra);
  } finally {
    await orchestra.close();
  }
}

/** A whole command that works on runs there are. */
export function onRuns(
  context: CliContext,
  flags: { readonly json?: boolean; readonly offline?: boolean },
  work: (orchestra: Orchestra) => Promise<number>,
): Promise<void> {
  return guarded(context, flags.json, () => onProject(context, false, work, { isOffline: flags.offline ?? false }));
}

function waitingNotice(context: CliContext): OnWaiting {
  let told = false;
  return (waitedMs, holder) => {
    const { owner } = context.screen;
    // A picture shows it only while it lasts, and so may show it earlier.
    if (owner && waitedMs >= visibleMs) owner.obstacle(waitingForHolder(holder()));
    if (owner || told || waitedMs < noticeableMs) return;
    told = true;
    noteLine(context, waitingForHolder(holder()));
  };
}
