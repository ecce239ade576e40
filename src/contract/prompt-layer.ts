/** The layers of a prompt, in the order in which they are put together. */
export const promptLayers = ['role', 'persona', 'personality', 'task'] as const;

export type PromptLayer = (typeof promptLayers)[number];
