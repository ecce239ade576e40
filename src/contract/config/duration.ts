import { z } from 'zod';
import { parseDuration } from '../../shared/duration.ts';

/** A duration as users write it, such as `30m`. */
export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'a duration is a whole number with a unit, such as 30m');
