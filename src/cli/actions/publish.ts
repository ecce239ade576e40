import type { PublishedRepository } from '../../app/workspace/publish-run.ts';
import type { PublishDocument } from '../../contract/command-documents.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';

export interface PublishFlags {
  readonly json?: boolean;
  readonly changeRequest?: 'never' | 'draft' | 'ready';
  readonly remote?: string;
  readonly base?: string;
}

export async function publishOneRun(this: CliContext, flags: PublishFlags, runId: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const row = await orchestra.findRun(runId);
    const { changeRequest, remote, base } = flags;
    const abort = new AbortController();
    const stopListening = this.onSignal(() => abort.abort());
    try {
      const published = await orchestra.publish(
        row,
        {
          ...(changeRequest !== undefined && { changeRequest }),
          ...(remote !== undefined && { remote }),
          ...(base !== undefined && { base }),
        },
        abort.signal,
      );
      const problem = published.find((one) => one.problem !== undefined)?.problem;
      if (!flags.json || problem) for (const line of published.flatMap(linesOf)) printLine(this, line);
      if (problem) throw problem;
      if (flags.json) printJson<PublishDocument>(this, { runId: row.id, repositories: published.map(documentOf) });
      return exitCodes.success;
    } catch (thrown) {
      if (!abort.signal.aborted) throw thrown;
      noteLine(this, `Broken off: \`orchestra publish ${row.id}\` pushes what has not gone out.`);
      return exitCodes.cancelled;
    } finally {
      stopListening();
    }
  });
}

function linesOf({ repo, pushed, changeRequest, problem }: PublishedRepository): readonly string[] {
  if (pushed.length === 0 && problem === undefined)
    return [`${repo}: the run committed nothing, so nothing is published.`];
  return [
    ...pushed.map((branch) => `${repo}: pushed ${branch}`),
    ...(changeRequest ? [`${repo}: ${changeRequest.url}`] : []),
  ];
}

function documentOf({ repo, pushed, changeRequest }: PublishedRepository): PublishDocument['repositories'][number] {
  return { repo, pushed: [...pushed], ...(changeRequest && { changeRequest: changeRequest.url }) };
}
