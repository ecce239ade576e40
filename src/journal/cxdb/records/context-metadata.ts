import type { RunRow } from '../../../engine/ports/journal.ts';
import { whole, type Packable, type PackableMap } from './message-pack.ts';

/** What CXDB shows as the writer of a context, also of a connection. */
export const clientTag = 'orchestra';

export interface Lineage {
  readonly reason: 'child' | 'fork';
  readonly parent: bigint;
  /** The context at the beginning of the line. */
  readonly root: bigint;
}

/** Tags of CXDB's context metadata. */
const tags = { clientTag: 1, title: 2, labels: 3, provenance: 10 } as const;
const provenanceTags = {
  parentContext: 1,
  spawnReason: 2,
  rootContext: 3,
  correlation: 12,
  service: 40,
  sdk: 70,
  capturedAt: 80,
} as const;

/** What CXDB knows of a context beside its turns: names and labels to search for, and where it comes from. */
export function contextMetadata({ id, pipeline, at }: RunRow, lineage: Lineage | undefined): PackableMap {
  return new Map<number, Packable>([
    [tags.clientTag, clientTag],
    [tags.title, `${pipeline} ${id}`],
    [tags.labels, [pipeline, ...(lineage ? [lineage.reason] : [])]],
    [
      tags.provenance,
      new Map<number, Packable>([
        ...(lineage
          ? ([
              [provenanceTags.parentContext, lineage.parent],
              [provenanceTags.spawnReason, lineage.reason],
              [provenanceTags.rootContext, lineage.root],
            ] as const)
          : []),
        [provenanceTags.correlation, id],
        [provenanceTags.service, clientTag],
        [provenanceTags.sdk, 'orchestra-run'],
        [provenanceTags.capturedAt, whole(at)],
      ]),
    ],
  ]);
}

/** The context a context comes from, in the metadata made above. */
export function parentContextIn(metadata: unknown): string | undefined {
  const provenance: unknown = metadata instanceof Map ? metadata.get(tags.provenance) : undefined;
  const parent: unknown = provenance instanceof Map ? provenance.get(provenanceTags.parentContext) : undefined;
  return typeof parent === 'number' || typeof parent === 'bigint' ? String(parent) : undefined;
}
