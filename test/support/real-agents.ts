import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { augment } from '../../src/agents/cli/augment/agent.ts';
import { claudeCode } from '../../src/agents/cli/claude-code/agent.ts';
import type { CliAgent, CliAgentOptions } from '../../src/agents/cli/cli-agent.ts';
import { codex } from '../../src/agents/cli/codex/agent.ts';
import { copilot } from '../../src/agents/cli/copilot/agent.ts';
import { kilocode } from '../../src/agents/cli/kilocode/agent.ts';
import { opencode } from '../../src/agents/cli/opencode/agent.ts';
import { gemini } from '../../src/agents/cli/gemini/agent.ts';
import { letta } from '../../src/agents/cli/letta/agent.ts';
import { pi } from '../../src/agents/cli/pi/agent.ts';
import { qwen } from '../../src/agents/cli/qwen/agent.ts';
import { claudeCodePackage, type AgentPackage } from './agent-install.ts';
import { startAugmentGateway, type AgentGateway } from './augment-gateway.ts';

export interface ToolCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** A real agent from npm, and what a test needs to know to script the model behind it. */
export interface RealAgent {
  readonly agent: CliAgent;
  readonly package: AgentPackage;
  /** `ci`: light enough for every run of the end-to-end tests. `agents`: where all agents are asked for. */
  readonly suite: 'ci' | 'agents';
  /** What stands between it and the model server, where it speaks no protocol that one knows. */
  readonly startGateway?: (modelUrl: string) => Promise<AgentGateway>;
  /** Makes it ask the model server: files below `home`, and what its environment needs. */
  prepare(home: string, modelUrl: string): Record<string, string>;
  /** Lets it run any command. */
  readonly unlimited: Partial<CliAgentOptions>;
  /** A call of its own tool that runs a shell command. */
  shell(command: string): ToolCall;
  /** It says nothing of the requests it repeats. */
  readonly retriesSilently?: true;
  /** It asks a provider that is broken for good again and again, for longer than a test can wait. */
  readonly insists?: true;
}

const call = (name: string, input: object): ToolCall => ({ name, arguments: JSON.stringify(input) });

/** Of opencode and its forks: one model, and nothing fetched from elsewhere. */
function prepareOpencode(file: string, prefix: 'OPENCODE' | 'KILO', modelUrl: string): Record<string, string> {
  const model = { name: 'Test', tool_call: true, limit: { context: 128_000, output: 8_192 } };
  const provider = {
    npm: '@ai-sdk/openai-compatible',
    name: 'Test',
    options: { baseURL: `${modelUrl}/v1`, apiKey: 'test-key' },
    models: { 'test-model': model, 'small-model': model },
  };
  mkdirSync(dirname(file), { recursive: true });
  const models = { model: 'test/test-model', small_model: 'test/small-model' };
  writeFileSync(file, JSON.stringify({ ...models, share: 'disabled', provider: { test: provider } }));
  const off = ['MODELS_FETCH', 'DEFAULT_PLUGINS', 'LSP_DOWNLOAD'];
  return Object.fromEntries(off.map((name) => [`${prefix}_DISABLE_${name}`, '1']));
}

export const realAgents: readonly RealAgent[] = [
  {
    agent: claudeCode,
    package: claudeCodePackage,
    suite: 'ci',
    prepare: (_home, modelUrl) => ({ ANTHROPIC_BASE_URL: modelUrl, ANTHROPIC_API_KEY: 'test-key' }),
    unlimited: { permissions: 'full', sandboxed: true },
    shell: (command) => call('Bash', { command, description: 'for the test' }),
  },
  {
    agent: codex,
    package: { name: '@openai/codex', version: codex.triedVersion, program: 'node_modules/.bin/codex' },
    suite: 'ci',
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
    suite: 'agents',
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
    agent: opencode,
    package: { name: 'opencode-ai', version: opencode.triedVersion, program: 'node_modules/.bin/opencode' },
    suite: 'agents',
    prepare: (home, modelUrl) => prepareOpencode(join(home, '.config/opencode/opencode.json'), 'OPENCODE', modelUrl),
    unlimited: { permissions: 'full' },
    shell: (command) => call('bash', { command, description: 'for the test' }),
    insists: true,
    retriesSilently: true,
  },
  {
    agent: kilocode,
    package: { name: '@kilocode/cli', version: kilocode.triedVersion, program: 'node_modules/.bin/kilocode' },
    suite: 'agents',
    prepare: (home, modelUrl) => ({
      ...prepareOpencode(join(home, '.config/kilo/kilo.json'), 'KILO', modelUrl),
      KILO_TELEMETRY_LEVEL: 'off',
    }),
    unlimited: { permissions: 'full' },
    shell: (command) => call('bash', { command, description: 'for the test' }),
    retriesSilently: true,
  },
  {
    agent: gemini,
    package: { name: '@google/gemini-cli', version: gemini.triedVersion, program: 'node_modules/.bin/gemini' },
    suite: 'agents',
    prepare(home, modelUrl) {
      mkdirSync(join(home, '.gemini'), { recursive: true });
      const settings = {
        security: { auth: { selectedType: 'gemini-api-key' } },
        // Its default model would be asked which model to ask.
        model: { name: 'gemini-2.5-pro' },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
      };
      writeFileSync(join(home, '.gemini/settings.json'), JSON.stringify(settings));
      return { GEMINI_API_KEY: 'test-key', GOOGLE_GEMINI_BASE_URL: modelUrl };
    },
    unlimited: { permissions: 'full' },
    shell: (command) => call('run_shell_command', { command, description: 'for the test' }),
    insists: true,
    retriesSilently: true,
  },
  {
    agent: qwen,
    package: { name: '@qwen-code/qwen-code', version: qwen.triedVersion, program: 'node_modules/.bin/qwen' },
    suite: 'agents',
    prepare(home, modelUrl) {
      mkdirSync(join(home, '.qwen'), { recursive: true });
      const settings = {
        security: { auth: { selectedType: 'openai' } },
        model: { name: 'test-model' },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
        // It would ask the model once more, for what is to be remembered.
        memory: { enableManagedAutoMemory: false },
        // Behind a terminal, a short command is now and then said to have failed by SIGHUP.
        tools: { shell: { enableInteractiveShell: false } },
      };
      writeFileSync(join(home, '.qwen/settings.json'), JSON.stringify(settings));
      return { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: `${modelUrl}/v1` };
    },
    unlimited: { permissions: 'full' },
    shell: (command) => call('run_shell_command', { command, description: 'for the test', is_background: false }),
    insists: true,
    // Of rounds of attempts, not of single ones.
    retriesSilently: true,
  },
  {
    agent: augment,
    package: { name: '@augmentcode/auggie', version: augment.triedVersion, program: 'node_modules/.bin/auggie' },
    suite: 'agents',
    startGateway: startAugmentGateway,
    prepare: (_home, url) => ({
      AUGMENT_SESSION_AUTH: JSON.stringify({
        accessToken: 'test-key',
        tenantURL: `${url}/`,
        scopes: ['read', 'write'],
      }),
    }),
    unlimited: { permissions: 'full' },
    shell: (command) => call('launch-process', { command, wait: true, max_wait_seconds: 60, cwd: '.' }),
    insists: true,
  },
  {
    agent: pi,
    package: { name: '@earendil-works/pi-coding-agent', version: pi.triedVersion, program: 'node_modules/.bin/pi' },
    suite: 'ci',
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
      // Its own two seconds between attempts would be waited for.
      const settings = { defaultProvider: 'test', defaultModel: 'test-model', retry: { baseDelayMs: 50 } };
      writeFileSync(join(home, '.pi/agent/settings.json'), JSON.stringify(settings));
      return { PI_OFFLINE: '1' };
    },
    unlimited: { permissions: 'full' },
    shell: (command) => call('bash', { command }),
  },
  {
    agent: letta,
    package: { name: '@letta-ai/letta-code', version: letta.triedVersion, program: 'node_modules/.bin/letta' },
    suite: 'agents',
    prepare(home, modelUrl) {
      // As `letta connect lmstudio --backend local` leaves it.
      const folder = join(home, '.letta/lc-local-backend/providers');
      mkdirSync(folder, { recursive: true });
      const provider = {
        id: 'local-provider-lc-lmstudio',
        name: 'lc-lmstudio',
        provider_type: 'lmstudio',
        provider_category: 'byok',
        auth: { type: 'api', key: 'not-needed' },
        base_url: `${modelUrl}/v1`,
        created_at: '2026-01-01T00:00:00.000Z',
        updated_at: '2026-01-01T00:00:00.000Z',
      };
      writeFileSync(join(folder, 'auth.json'), JSON.stringify({ version: 1, providers: { 'lc-lmstudio': provider } }));
      return {};
    },
    unlimited: { permissions: 'full' },
    shell: (command) => call('Bash', { command, description: 'for the test' }),
  },
];
