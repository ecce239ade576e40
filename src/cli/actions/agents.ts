import { inspectAgents } from '../../app/agents.ts';
import { readProjectConfiguration } from '../../app/configuration/read-configuration.ts';
import type { AgentReport } from '../../contract/agent-report.ts';
import type { AgentsDocument } from '../../contract/command-documents.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { tableLines } from '../print/table.ts';

export interface AgentsFlags {
  readonly json?: boolean;
}

export async function listAgents(this: CliContext, flags: AgentsFlags): Promise<void> {
  await guarded(this, flags.json, async () => {
    const agents = await inspectAgents(await readProjectConfiguration(this));
    if (flags.json) printJson<AgentsDocument>(this, { agents: [...agents] });
    else for (const line of tableLines([heads, ...agents.map(row)])) printLine(this, line);
    return exitCodes.success;
  });
}

const heads = ['AGENT', 'VERSION', 'SIGN-IN', 'PROGRAM'];

function row(report: AgentReport): readonly string[] {
  const { id, installed, version, signIn, path, problem } = report;
  if (!installed) return [id, '-', '-', problem ?? ''];
  return [id, version ?? 'unknown', signIn ?? '-', `${path ?? ''}${triedRemark(report)}`];
}

function triedRemark({ version, triedVersion }: AgentReport): string {
  if (triedVersion === undefined) return ' (never tried)';
  return version === triedVersion ? '' : ` (tried with ${triedVersion})`;
}
