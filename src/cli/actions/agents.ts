import { inspectAgents } from '../../app/agents.ts';
import { readProjectConfiguration } from '../../app/configuration/read-configuration.ts';
import { inspectModels } from '../../app/model-backends.ts';
import type { AgentReport } from '../../contract/agent-report.ts';
import type { AgentsDocument } from '../../contract/command-documents.ts';
import type { ModelBackendReport, ProviderReport } from '../../contract/model-report.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { tableLines } from '../print/table.ts';

export interface AgentsFlags {
  readonly json?: boolean;
}

export async function listAgents(this: CliContext, flags: AgentsFlags): Promise<void> {
  await guarded(this, flags.json, async () => {
    const configuration = await readProjectConfiguration(this);
    const [agents, { backends, providers }] = await Promise.all([
      inspectAgents(configuration),
      inspectModels(configuration),
    ]);
    if (flags.json)
      printJson<AgentsDocument>(this, { agents: [...agents], backends: [...backends], providers: [...providers] });
    else
      for (const rows of [
        [heads, ...agents.map(row)],
        [[]],
        [backendHeads, ...backends.map(backendRow)],
        [[]],
        [providerHeads, ...providers.map(providerRow)],
      ])
        for (const line of tableLines(rows)) printLine(this, line);
    return exitCodes.success;
  });
}

const heads = ['AGENT', 'VERSION', 'SIGN-IN', 'ACP', 'PROGRAM'];

function row(report: AgentReport): readonly string[] {
  const { id, installed, version, signIn, path, problem, abilities } = report;
  const [told, place] = installed
    ? [[version ?? 'unknown', signIn ?? '-'], `${path ?? ''}${triedRemark(report)}`]
    : [['-', '-'], problem ?? ''];
  return [id, ...told, abilities.acp, place];
}

const backendHeads = ['MODELS', 'USABLE', 'PROBLEM'];

function backendRow({ id, usable, problem }: ModelBackendReport): readonly string[] {
  return [id, usable ? 'yes' : 'no', problem ?? ''];
}

const providerHeads = ['PROVIDER', 'TYPE', 'USABLE', 'MODELS'];

function providerRow({ name, type, usable, models, problem }: ProviderReport): readonly string[] {
  const tiers = Object.entries(models).map(([tier, model]) => `${tier}: ${model}`);
  return [name, type ?? '-', usable ? 'yes' : 'no', problem ?? tiers.join(', ')];
}

function triedRemark({ version, triedVersion }: AgentReport): string {
  if (triedVersion === undefined) return ' (never tried)';
  return version === triedVersion ? '' : ` (tried with ${triedVersion})`;
}
