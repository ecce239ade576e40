import { z } from 'zod';

/** `offline` of orchestra.yaml: a switch, or when to find out. */
export const offlineSection = z.union([
  z.boolean(),
  z.strictObject({
    /** Only what needs no network is used. */
    enabled: z.boolean().optional(),
    /** Looks whether the network is there, and does without it where it is not. */
    auto_detect: z.boolean().optional(),
    /** The address that is asked for it; also the variable CONNECTIVITY_CHECK_URL. */
    check_url: z.url().optional(),
  }),
]);

export type OfflineSection = z.infer<typeof offlineSection>;
