import { readProjectConfiguration } from '../../app/configuration/read-configuration.ts';
import { localModels, modelServers, pullModel, removeModel } from '../../app/models.ts';
import { providersOf } from '../../app/providers.ts';
import type { PullProgress } from '../../agents/local/local-server.ts';
import type { Providers } from '../../agents/llm/providers/provider.ts';
import type { ModelDocument, ModelsDocument, ModelServersDocument } from '../../contract/command-documents.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { bytesText } from '../print/bytes.ts';
import { tableLines } from '../print/table.ts';

export interface ModelsFlags {
  readonly json?: boolean;
}

export interface ModelFlags extends ModelsFlags {
  readonly provider?: string;
}

export async function showServers(this: CliContext, { json }: ModelsFlags): Promise<void> {
  await guarded(this, json, async () => {
    const servers = await modelServers(await providers(this));
    if (json) printJson<ModelServersDocument>(this, { servers: [...servers] });
    else {
      const rows = servers.map(({ provider, type, up, models, problem, version, address }) => [
        provider,
        type,
        up ? 'up' : 'down',
        String(models ?? '-'),
        `${address}${version === undefined ? '' : ` (${version})`}${problem === undefined ? '' : `: ${problem}`}`,
      ]);
      for (const line of tableLines([['PROVIDER', 'TYPE', 'STATE', 'MODELS', 'SERVER'], ...rows]))
        printLine(this, line);
    }
    return servers.every(({ up }) => up) ? exitCodes.success : exitCodes.failed;
  });
}

export async function listModels(this: CliContext, { json, provider }: ModelFlags): Promise<void> {
  await guarded(this, json, async () => {
    const models = await localModels(await providers(this), provider);
    if (json) printJson<ModelsDocument>(this, { models: [...models] });
    else {
      const rows = models.map(({ name, provider: server, bytes }) => [
        name,
        server,
        bytes === undefined ? '-' : bytesText(bytes),
      ]);
      for (const line of tableLines([['MODEL', 'PROVIDER', 'SIZE'], ...rows])) printLine(this, line);
    }
    return exitCodes.success;
  });
}

export async function pull(this: CliContext, { json, provider }: ModelFlags, model: string): Promise<void> {
  const stop = new AbortController();
  const quiet = this.onSignal(() => stop.abort());
  await guarded(this, json, async () => {
    try {
      const progress = progressLines((line) => noteLine(this, line));
      const name = await pullModel(await providers(this), { model, provider }, progress, stop.signal);
      tell(this, json, { provider: name, model, change: 'pulled' });
      return exitCodes.success;
    } catch (thrown) {
      if (stop.signal.aborted) return exitCodes.cancelled;
      throw thrown;
    }
  });
  quiet();
}

export async function remove(this: CliContext, { json, provider }: ModelFlags, model: string): Promise<void> {
  await guarded(this, json, async () => {
    const name = await removeModel(await providers(this), { model, provider });
    tell(this, json, { provider: name, model, change: 'removed' });
    return exitCodes.success;
  });
}

function tell(context: CliContext, json: boolean | undefined, document: ModelDocument): void {
  const { provider, model, change } = document;
  if (json) printJson<ModelDocument>(context, document);
  else printLine(context, `${model} was ${change} (${provider})`);
}

async function providers(context: CliContext): Promise<Providers> {
  return providersOf(await readProjectConfiguration(context));
}

/** A line for each thing the server does, and for each tenth of a download: it tells of them many times a second. */
function progressLines(note: (line: string) => void): (progress: PullProgress) => void {
  let last = '';
  return ({ status, doneBytes, totalBytes }) => {
    const tenths = doneBytes === undefined || !totalBytes ? undefined : Math.floor((doneBytes / totalBytes) * 10);
    const told = `${status} ${tenths ?? ''}`;
    if (told === last) return;
    last = told;
    note(tenths === undefined || !totalBytes ? status : `${status}: ${tenths * 10} % of ${bytesText(totalBytes)}`);
  };
}
