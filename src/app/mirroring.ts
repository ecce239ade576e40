import { join } from 'node:path';
import { offlineMode } from '../agents/local/offline.ts';
import type { Journal } from '../engine/ports/journal.ts';
import type { Mirror } from '../journal/cxdb/mirror/mirror.ts';
import { messageOf } from '../shared/errors.ts';
import type { Configuration } from './configuration/configuration.ts';
import { cxdbSettings, type CxdbSettings } from './cxdb-settings.ts';
import type { Project } from './project.ts';

export interface MirroringParts {
  readonly project: Project;
  readonly journal: Journal;
  readonly configuration: Configuration;
  readonly isOffline: boolean;
  readonly notice: (text: string) => void;
}

/** A mirror beside the sessions of a process. */
export interface RunningMirror {
  note(runId: string): void;
  /** Waits for what is not mirrored yet, within the configured time, and says what is left. */
  end(): Promise<void>;
}

/** Where the mirror keeps its positions. */
export function mirrorFolder({ home }: Project): string {
  return join(home, 'cxdb');
}

/** Mirrors what is walked here, and goes on with what earlier processes left; undefined where nothing shall be mirrored. */
export async function startMirroring(parts: MirroringParts): Promise<RunningMirror | undefined> {
  const { project, journal, configuration, notice } = parts;
  const settings = cxdbSettings(configuration);
  if (!settings) return undefined;
  if (await isOffline(parts)) {
    notice('offline: nothing is mirrored to CXDB; `orchestra mirror` does so later');
    return undefined;
  }
  // Most projects have no server, and their runs need not wait for what speaks with one.
  const { Mirror } = await import('../journal/cxdb/mirror/mirror.ts');
  const mirror = new Mirror({ journal, server: settings.server, folder: mirrorFolder(project), notice });
  const resumed = mirror
    .resume()
    .catch((thrown: unknown) => notice(`what earlier runs left is not mirrored: ${messageOf(thrown)}`));
  return {
    note: (runId) => mirror.note(runId),
    end: async () => {
      await resumed;
      await endMirror(mirror, settings, notice);
    },
  };
}

/** As asked or configured. Finding out would take time, and whether the server is there shows by itself. */
function isOffline({ isOffline: isAsked, configuration }: MirroringParts): Promise<boolean> {
  const { offline: section, env } = configuration;
  const isEnabled = typeof section === 'object' ? section.enabled === true : section === true;
  return offlineMode({ isAsked, section: isEnabled, env })();
}

async function endMirror(
  mirror: Mirror,
  { server, flushMs }: CxdbSettings,
  notice: (text: string) => void,
): Promise<void> {
  const left = await mirror.flush(flushMs);
  await mirror.close();
  if (!left) return;
  const { runs, reason } = left;
  const which = runs.length === 1 ? `run ${runs[0]} is` : `${runs.length} runs are`;
  notice(`${which} not mirrored to ${server.http.href} yet (${reason}); ${goesOn}`);
}

const goesOn = 'the next run or `orchestra mirror` goes on with it';
