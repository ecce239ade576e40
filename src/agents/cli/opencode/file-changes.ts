import type { StepEvent } from '../../../contract/event.ts';
import { pathInside } from '../path-inside.ts';
import * as shapes from './transcript-shapes.ts';

type FileChange = Extract<StepEvent, { type: 'AgentFileChange' }>;

/** The files that a call of its own tools changed; what a shell command changes it does not tell. */
export function fileChangesOf({ tool, state }: shapes.ToolPart, cwd: string): readonly FileChange[] {
  if (state.status !== 'completed') return [];
  const changed = (path: string, change: FileChange['change']): FileChange => ({
    type: 'AgentFileChange',
    path: pathInside(cwd, path),
    change,
  });
  switch (tool) {
    case 'write':
    case 'edit': {
      const asked = shapes.fileInput.safeParse(state.input);
      const { data } = shapes.writeMetadata.safeParse(state.metadata);
      return asked.success ? [changed(asked.data.filePath, data?.exists === false ? 'created' : 'modified')] : [];
    }
    case 'apply_patch': {
      const { data } = shapes.patchMetadata.safeParse(state.metadata);
      return (data?.files ?? []).flatMap(({ filePath, type, movePath }) =>
        movePath === undefined
          ? [changed(filePath, changeKinds[type] ?? 'modified')]
          : [changed(filePath, 'deleted'), changed(movePath, 'created')],
      );
    }
    default:
      return [];
  }
}

const changeKinds: Readonly<Record<string, FileChange['change']>> = { add: 'created', delete: 'deleted' };
