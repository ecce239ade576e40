import { cxdbServer, type CxdbServer } from '../journal/cxdb/server.ts';
import { parseDuration } from '../shared/duration.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Configuration } from './configuration/configuration.ts';

export interface CxdbSettings {
  readonly server: CxdbServer;
  /** Where its address was said. */
  readonly source: string;
  readonly flushMs: number;
}

const usualFlushMs = 5_000;

/**
 * The CXDB server of a project; undefined where none is named. ORCHESTRA_CXDB_URL stands above the project's own, and
 * switches it off when it is empty; CXDB_URL, which other programs read as well, stands below it.
 * @throws OrchestraError CONFIG_INVALID for a variable that holds no address
 */
export function cxdbSettings({ cxdb, env }: Pick<Configuration, 'cxdb' | 'env'>): CxdbSettings | undefined {
  const flushMs = parseDuration(cxdb?.flush ?? '') ?? usualFlushMs;
  const variable = 'ORCHESTRA_CXDB_URL';
  const above = env[variable];
  if (above !== undefined)
    return above === '' ? undefined : { server: serverIn(variable, above), source: variable, flushMs };
  if (cxdb?.url !== undefined)
    return { server: cxdbServer(cxdb.url, cxdb.binary_port), source: 'orchestra.yaml', flushMs };
  const below = env['CXDB_URL'];
  return below ? { server: serverIn('CXDB_URL', below), source: 'CXDB_URL', flushMs } : undefined;
}

/** The server a command cannot do without. @throws OrchestraError CXDB_NOT_CONFIGURED, CONFIG_INVALID */
export function requiredCxdb(configuration: Configuration): CxdbSettings {
  const settings = cxdbSettings(configuration);
  if (settings) return settings;
  throw new OrchestraError('CXDB_NOT_CONFIGURED', 'no CXDB server is configured');
}

function serverIn(variable: string, text: string): CxdbServer {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return cxdbServer(text);
  throw new OrchestraError('CONFIG_INVALID', `${variable} holds no address: ${text}`, {
    hint: 'Write it as `http://127.0.0.1:9010`.',
  });
}
