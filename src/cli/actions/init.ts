import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, writeTextFile } from '../../app/text-file.ts';
import type { InitDocument } from '../../contract/command-documents.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';

const configuration = `# Orchestra reads this file from the project root.
# backend: claude-code        # agent of nodes that name none; the first one installed otherwise
# secrets: [MY_SERVICE_KEY]   # environment variables whose values never reach the journal
# agents:
#   claude-code:
#     permissions: workspace-write        # or read-only, full
#     allowed_tools: ["Bash(npm test:*)"] # what else it may do without asking
#   critic:                   # a profile, for agent=critic in a pipeline
#     agent: claude-code
#     permissions: read-only
#     role: critic            # roles/critic.yaml
#     budget: { money: 2 }
# providers:                  # for agent=loop and agent=direct, which ask models themselves
#   anthropic: { models: { smart: claude-sonnet-4-5, cheap: claude-haiku-4-5 } }
`;

const pipeline = `digraph FirstPipeline {
    graph [goal="Say what this project does", simulate=allowed]

    start  [shape=Mdiamond, label="Start"]
    exit   [shape=Msquare, label="Done"]
    files  [shape=parallelogram, label="List files", tool_command="ls"]
    sketch [label="Sketch", prompt="$goal, in five sentences. Read the files you need."]

    start -> files -> sketch -> exit
}
`;

export interface InitFlags {
  readonly json?: boolean;
}

export async function initialize(this: CliContext, flags: InitFlags, folder = '.'): Promise<void> {
  await guarded(this, flags.json, async () => {
    const root = resolve(this.cwd, folder);
    await makeFolder(root);
    const files = [
      await writeNew(join(root, 'orchestra.yaml'), configuration),
      await writeNew(join(root, 'pipeline.dot'), pipeline),
    ];
    if (flags.json) {
      printJson<InitDocument>(this, { folder: root, files });
      return exitCodes.success;
    }
    for (const { path, created } of files) printLine(this, `${created ? 'created' : 'kept   '} ${path}`);
    printLine(this, 'Run it with: orchestra run pipeline.dot');
    return exitCodes.success;
  });
}

async function writeNew(path: string, text: string): Promise<InitDocument['files'][number]> {
  const created = !existsSync(path);
  if (created) await writeTextFile(path, text);
  return { path, created };
}
