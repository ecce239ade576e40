import { z } from 'zod';
import { agentsSection } from './agents.ts';
import { toolNodesSection } from './sandbox.ts';
import { mcpServersSection, toolsSection } from './tools.ts';
import { limitsSection } from './limits.ts';
import { offlineSection } from './offline.ts';
import { pricesSection } from './prices.ts';
import { providersSection } from './providers.ts';
import { workspaceSection } from './workspace.ts';
import { cxdbSection } from './cxdb.ts';

const turns = z.int().positive();

/** The whole of an `orchestra.yaml`, as users write it. */
export const orchestraYaml = z.strictObject({
  backend: z.string().optional().describe('Who answers the nodes that name no agent, where no flag says otherwise.'),
  agents: agentsSection.optional(),
  providers: providersSection.optional(),
  offline: offlineSection.optional(),
  max_turns: turns
    .optional()
    .describe('The most answers of a model to one task, for `loop` and `langgraph`; 50 unless said.'),
  recursion_limit: turns.optional().describe('An older name of `max_turns`.'),
  tools: toolsSection.optional(),
  mcp_servers: mcpServersSection.optional(),
  tool_nodes: toolNodesSection.optional(),
  workspace: workspaceSection.optional(),
  cxdb: cxdbSection.optional(),
  limits: limitsSection.optional(),
  prices: pricesSection.optional(),
  prompts: z
    .strictObject({
      paths: z
        .array(z.string())
        .default([])
        .describe('Folders with prompt files, searched after that of the pipeline and before `~/.orchestra/`.'),
    })
    .optional()
    .describe('Where prompt files are found.'),
  secrets: z
    .array(z.string())
    .optional()
    .describe('Environment variables whose values never reach the journal, beside those that look like secrets.'),
});

export type OrchestraYaml = z.infer<typeof orchestraYaml>;
