import { textOf } from '../../language/graph/attributes.ts';
import { failed } from '../handlers/step-problem.ts';
import { toolUpdates } from '../handlers/tool-updates.ts';
import type { StepHandler } from '../ports/step.ts';

/** The step of a tool node (4.10) where no command may run: success, with a text that says what it is. */
export const simulatedTool: StepHandler = {
  async execute({ node, nodeId }) {
    const command = textOf(node, 'tool_command');
    if (command === undefined) return failed('No tool_command specified');
    const contextUpdates = toolUpdates(node, `[Simulated] Output of tool: ${nodeId}`, 0);
    return { outcome: { status: 'success', notes: `Tool completed: ${command}`, contextUpdates } };
  },
};
