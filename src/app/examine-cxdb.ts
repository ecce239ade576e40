import { CxdbHttp } from '../journal/cxdb/http-client.ts';
import { standingOf, type Standing } from '../journal/cxdb/mirror/standing.ts';
import { clientTag } from '../journal/cxdb/records/context-metadata.ts';
import { typeBundle } from '../journal/cxdb/records/type-bundle.ts';
import { CxdbConnection } from '../journal/cxdb/wire/connection.ts';
import { assertNever, messageOf } from '../shared/errors.ts';
import { loadBlake3 } from '../shared/hash.ts';
import { cxdbSettings, type CxdbSettings } from './cxdb-settings.ts';
import type { Finding } from './finding.ts';
import { mirrorFolder } from './mirroring.ts';
import type { Orchestra } from './orchestra.ts';

const timeoutMs = 3_000;

/** Runs whose standing is told. */
const recentRuns = 5;

/** What is to be known of the CXDB server of a project, and how far its newest runs are mirrored; nothing where none is named. */
export async function examineCxdb(orchestra: Orchestra): Promise<readonly Finding[]> {
  const settings = cxdbSettings(orchestra.configuration);
  if (!settings) return [];
  const http = new CxdbHttp(settings.server.http, { timeoutMs });
  const server = await examineServer(settings, http);
  return server.ok ? [server, ...(await examineRuns(orchestra, settings, http))] : [server];
}

async function examineServer({ server, source }: CxdbSettings, http: CxdbHttp): Promise<Finding> {
  const finding = { subject: 'cxdb', required: false };
  const place = `${server.http.href} (${source})`;
  try {
    await http.assertHealthy();
    const { id } = typeBundle(await loadBlake3());
    const types = (await http.hasBundle(id)) ? `types ${id}` : 'types not registered yet';
    const connection = await CxdbConnection.open(server.binary, { clientTag, timeoutMs });
    connection.close();
    const { host, port } = server.binary;
    const binary = `binary protocol ${connection.protocolVersion} at ${host}:${port}`;
    return { ...finding, ok: true, detail: `${place}, ${binary}, ${types}` };
  } catch (thrown) {
    return { ...finding, ok: false, detail: `${place}: ${messageOf(thrown)}` };
  }
}

async function examineRuns(
  { journal, project }: Orchestra,
  { server }: CxdbSettings,
  http: CxdbHttp,
): Promise<readonly Finding[]> {
  const parts = { journal, http, server: server.http.href, folder: mirrorFolder(project) };
  const findings: Finding[] = [];
  for (const { id } of await journal.runs({ limit: recentRuns })) {
    const standing = await standingOf(id, parts);
    findings.push({
      subject: `cxdb ${id}`,
      ok: standing.kind === 'complete',
      required: false,
      detail: textOf(standing),
    });
  }
  return findings;
}

function textOf(standing: Standing): string {
  switch (standing.kind) {
    case 'absent':
      return 'not mirrored';
    case 'lost':
      return `the server has lost what it had in context ${standing.context}; it is mirrored again with the next run`;
    case 'behind':
      return `in context ${standing.context}, ${standing.turns} turns behind`;
    case 'complete':
      return `in context ${standing.context}, all of it`;
    default:
      return assertNever(standing);
  }
}
