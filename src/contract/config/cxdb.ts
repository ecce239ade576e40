import { z } from 'zod';
import { duration } from './duration.ts';

/** A CXDB server that runs are mirrored to (`cxdb`). */
export const cxdbSection = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'not an address: write `http://127.0.0.1:9010`' })
      .optional()
      .describe('Address of its HTTP side; ORCHESTRA_CXDB_URL stands above it, CXDB_URL below.'),
    binary_port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('Port of its binary protocol; the one below that of `url` unless said.'),
    flush: duration
      .optional()
      .describe('How long a command waits at its end for what is not mirrored yet; `5s` unless said.'),
  })
  .describe('The CXDB server that runs are mirrored to; without one they are not.');
