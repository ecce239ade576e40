import { methods, RequestError } from '@agentclientprotocol/sdk';
import type { OpenSession } from '../../engine/ports/agent.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { AcpAgent } from './acp-agent.ts';
import type { AcpSettings } from './acp-program.ts';
import type { AgentClient } from './agent-client.ts';
import { authenticationRequired } from './error-codes.ts';
import * as shapes from './message-shapes.ts';
import { TurnProblem } from './turn-problem.ts';

export interface SettingsWanted {
  readonly agent: AcpAgent;
  readonly settings: AcpSettings;
  readonly request: Pick<OpenSession, 'reasoningEffort'>;
}

type Options = readonly shapes.ConfigOption[];

/** Makes a session what it shall be, before anything is asked in it. */
export class SessionSettings {
  readonly #client: AgentClient;
  readonly #sessionId: string;
  readonly #wanted: SettingsWanted;

  constructor(client: AgentClient, sessionId: string, wanted: SettingsWanted) {
    this.#client = client;
    this.#sessionId = sessionId;
    this.#wanted = wanted;
  }

  async apply(state: shapes.SessionState): Promise<void> {
    const options = state.configOptions ?? [];
    await this.#setMode(state, options);
    // Each model has efforts of its own.
    await this.#setEffort(await this.#setModel(options));
  }

  /** Without the mode more might happen than is allowed. `full` also does with one that asks: whatever is asked is allowed then. */
  async #setMode({ modes }: shapes.SessionState, options: Options): Promise<void> {
    const { agent, settings } = this.#wanted;
    const { permissions } = settings;
    const known = agent.program.modes ?? {};
    const option = optionOf(options, 'mode');
    const offered = modes ? modes.availableModes.map(({ id }) => id) : option ? valuesOf(option) : [];
    const fitting = permissions === 'full' ? [known.full, known['read-only']] : [known[permissions]];
    const mode = fitting.find((id) => id !== undefined && offered.includes(id));
    if (mode === undefined) {
      if (permissions === 'full' || known[permissions] === undefined) return;
      const which = offered.length === 0 ? 'none' : offered.join(', ');
      const what = `no mode ${known[permissions]} for ${permissions} permissions`;
      throw new TurnProblem(`${agent.name} has ${what}; it offers ${which}`);
    }
    if (mode === (modes?.currentModeId ?? option?.currentValue)) return;
    if (!modes && option) return void (await this.#set(option, mode));
    const params = { sessionId: this.#sessionId, modeId: mode };
    await this.#taken(`the mode ${mode}`, this.#client.request(methods.agent.session.setMode, params));
  }

  async #setModel(options: Options): Promise<Options> {
    const { agent, settings } = this.#wanted;
    const { model } = settings;
    if (model === undefined || agent.program.takesModelArgument) return options;
    const option = optionOf(options, 'model');
    if (!option) throw new TurnProblem(`${agent.name} lets nobody choose its model over the Agent Client Protocol`);
    // People know models by either.
    const known = choicesOf(option).find(({ value, name }) => value === model || name === model);
    return (await this.#set(option, known?.value ?? model)) ?? options;
  }

  /** Where there is no such effort, the agent thinks as it does. */
  async #setEffort(options: Options): Promise<void> {
    const effort = this.#wanted.request.reasoningEffort;
    const option = optionOf(options, 'thought_level');
    if (effort !== undefined && option && valuesOf(option).includes(effort)) await this.#set(option, effort);
  }

  /** The options there are then, where the agent tells. */
  async #set({ id, currentValue }: shapes.ConfigOption, value: string): Promise<Options | undefined> {
    if (currentValue === value) return undefined;
    const params = { sessionId: this.#sessionId, configId: id, value };
    const set = this.#client.request(methods.agent.session.setConfigOption, params);
    const answer = await this.#taken(`the ${id} ${value}`, set);
    return shapes.configured.safeParse(answer).data?.configOptions ?? undefined;
  }

  async #taken(what: string, work: Promise<JsonObject>): Promise<JsonObject> {
    return work.catch((error: unknown) => {
      if (!(error instanceof RequestError) || error.code === authenticationRequired) throw error;
      const detail = error.data === undefined ? '' : ` ${JSON.stringify(error.data)}`;
      throw new TurnProblem(`${this.#wanted.agent.name} did not take ${what}: ${error.message}${detail}`, {}, error);
    });
  }
}

function optionOf(options: Options, kind: string): shapes.ConfigOption | undefined {
  return options.find(({ category }) => category === kind) ?? options.find(({ id }) => id === kind);
}

interface Choice {
  readonly value: string;
  readonly name?: string | null | undefined;
}

function choicesOf({ options }: shapes.ConfigOption): readonly Choice[] {
  return (options ?? []).flatMap((option) => ('value' in option ? [option] : option.options));
}

function valuesOf(option: shapes.ConfigOption): readonly string[] {
  return choicesOf(option).map(({ value }) => value);
}
