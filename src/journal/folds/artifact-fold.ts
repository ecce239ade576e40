import type { ArtifactEntry } from '../../contract/run-view.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import { isBlobRef } from '../hydrate.ts';
import { isoTime } from './iso-time.ts';

/** An artifact as a step left it. Its content stays in the journal: a long run stores more than a process should hold. */
export interface StoredArtifact {
  readonly name: string;
  /** The turn that stored it, where `artifactContent` finds it. */
  readonly seq: number;
  readonly bytes: number;
  readonly at: number;
  /** Segment of the run it belongs to. */
  readonly restart: number;
}

/** Above this size, in bytes, an artifact is kept as a file (5.5). */
export const fileBackingThreshold = 100 * 1024;

/** What an `ArtifactFold` knows. */
export interface ArtifactState {
  readonly newest: Map<string, StoredArtifact>;
  readonly large: StoredArtifact[];
}

/** Named results of steps; the newest of a name counts. */
export class ArtifactFold {
  readonly state: ArtifactState;

  constructor(state: ArtifactState = { newest: new Map(), large: [] }) {
    this.state = state;
  }

  stored(artifacts: Readonly<Record<string, Json>>, place: Pick<StoredArtifact, 'seq' | 'at' | 'restart'>): void {
    const { seq, at, restart } = place;
    for (const [name, content] of Object.entries(artifacts)) {
      const artifact = { name, seq, bytes: contentSize(content), at, restart };
      this.state.newest.set(name, artifact);
      if (artifact.bytes > fileBackingThreshold) this.state.large.push(artifact);
    }
  }

  get(name: string): StoredArtifact | undefined {
    return this.state.newest.get(name);
  }

  /** Those above the threshold in the order they were stored, older ones of the same name included. */
  get large(): readonly StoredArtifact[] {
    return this.state.large;
  }

  entries(): readonly ArtifactEntry[] {
    return Array.from(this.state.newest.values(), ({ name, bytes, at }) => ({ name, bytes, storedAt: isoTime(at) }));
  }
}

/** Bytes of a text in UTF-8, or of the JSON of another value, what lies in blobs included. */
export function contentSize(content: Json): number {
  if (isBlobRef(content)) return content.bytes;
  if (typeof content === 'string') return Buffer.byteLength(content);
  return Buffer.byteLength(JSON.stringify(content)) + sizeInBlobs(content);
}

function sizeInBlobs(content: Json): number {
  if (isBlobRef(content)) return content.bytes;
  const members: readonly Json[] = isJsonObject(content) || Array.isArray(content) ? Object.values(content) : [];
  return members.reduce<number>((sum, member) => sum + sizeInBlobs(member), 0);
}
