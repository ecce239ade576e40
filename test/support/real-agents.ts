import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claudeCode } from '../../src/agents/cli/claude-code/agent.ts';
import type { CliAgent, CliAgentOptions } from '../../src/agents/cli/cli-agent.ts';
import { codex } from '../../src/agents/cli/codex/agent.ts';
import { copilot } from '../../src/agents/cli/copilot/agent.ts';
import { pi } from '../../src/agents/cli/pi/agent.ts';
import { claudeCodePackage, type AgentPackage } from './agent-install.ts';

export interface ToolCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** A real agent from npm, and what a test needs to know to script the model behind it. */
export interface RealAgent {
  readonly agent: CliAgent;
  readonly package: AgentPackage;
  /** Makes it ask the model server: files below `home`, and what its environment needs. */
  prepare(home: string, modelUrl: string): Record<string, string>;
  /** Lets it run any command. */
  readonly unlimited: Partial<CliAgentOptions>;
  /** A call of its own tool that runs a shell command. */
  shell(command: string): ToolCall;
}

const call = (name: string, input: object): ToolCall => ({ name, arguments: JSON.stringify(input) });

export const realAgents: readonly RealAgent[] = [
  {
    agent: claudeCode,
    package: claudeCodePackage,
    prepare: (_home, modelUrl) => ({ ANTHROPIC_BASE_URL: modelUrl, ANTHROPIC_API_KEY: 'test-key' }),
    unlimited: { permissions: 'full', sandboxed: true },
    shell: (command) => call('Bash', { command, description: 'for the test' }),
  },
  {
    agent: codex,
    package: { name: '@openai/codex', version: codex.triedVersion, program: 'node_modules/.bin/codex' },
    prepare(home, modelUrl) {
      mkdirSync(join(home, '.codex'), { recursive: true });
      // Its own provider would be asked over a socket first, and its default model has no plain tools.
      writeFileSync(
        join(home, '.codex/config.toml'),
        `model = "gpt-5.5"
model_provider = "test"
check_for_update_on_startup = false
[model_providers.test]
name = "test"
base_url = "${modelUrl}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 0
stream_max_retries = 1
supports_websockets = false
[analytics]
enabled = false
[features]
plugins = false
apps = false
remote_plugin = false
`,
      );
      return { OPENAI_API_KEY: 'test-key' };
    },
    unlimited: { permissions: 'full' },
    shell: (command) => call('exec_command', { cmd: command }),
  },
  {
    agent: copilot,
    package: { name: '@github/copilot', version: copilot.triedVersion, program: 'node_modules/.bin/copilot' },
    prepare: (_home, modelUrl) => ({
      COPILOT_PROVIDER_BASE_URL: `${modelUrl}/v1`,
      COPILOT_PROVIDER_API_KEY: 'test-key',
      COPILOT_MODEL: 'test-model',
      COPILOT_OFFLINE: 'true',
    }),
    unlimited: { permissions: 'full' },
    shell: (command) => call('bash', { command, description: 'for the test' }),
  },
  {
    agent: pi,
    package: { name: '@earendil-works/pi-coding-agent', version: pi.triedVersion, program: 'node_modules/.bin/pi' },
    prepare(home, modelUrl) {
      mkdirSync(join(home, '.pi/agent'), { recursive: true });
      const model = {
        id: 'test-model',
        name: 'Test',
        reasoning: false,
        input: ['text'],
        cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
        contextWindow: 128_000,
        maxTokens: 8_192,
      };
      const provider = { baseUrl: `${modelUrl}/v1`, api: 'openai-completions', apiKey: 'test-key', models: [model] };
      writeFileSync(join(home, '.pi/agent/models.json'), JSON.stringify({ providers: { test: provider } }));
      const settings = { defaultProvider: 'test', defaultModel: 'test-model' };
      writeFileSync(join(home, '.pi/agent/settings.json'), JSON.stringify(settings));
      return { PI_OFFLINE: '1' };
    },
    unlimited: { permissions: 'full' },
    shell: (command) => call('bash', { command }),
  },
];
