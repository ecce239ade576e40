import { z } from 'zod';

/** `offline` of orchestra.yaml: a switch, or when to find out. */
export const offlineSection = z.union([
  z.boolean(),
  z.strictObject({
    enabled: z.boolean().optional().describe('Only what needs no network is used.'),
    auto_detect: z
      .boolean()
      .optional()
      .describe('Looks whether the network is there, and does without it where it is not.'),
    check_url: z
      .url()
      .optional()
      .describe('The address that is asked for it; also the variable CONNECTIVITY_CHECK_URL.'),
  }),
]);

export type OfflineSection = z.infer<typeof offlineSection>;
