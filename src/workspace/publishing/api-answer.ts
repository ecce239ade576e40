import type { z } from 'zod';
import type { Json } from '../../shared/json.ts';
import { refusal, type Api } from './api-call.ts';

/**
 * Reads what an API answered.
 * @throws OrchestraError PUBLISH_REFUSED where it is something else than its documentation says: another server, most likely
 */
export function readAnswer<T extends z.ZodType>(api: Api, shape: T, value: Json | undefined): z.output<T> {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  throw refusal(`${api.host} answered with something that is no change request${place}.`);
}

/** `owner/name` as part of a path. */
export function pathOf(repository: string): string {
  return repository.split('/').map(encodeURIComponent).join('/');
}
