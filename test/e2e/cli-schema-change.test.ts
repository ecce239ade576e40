import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Database } from '../../src/journal/sqlite/database.ts';
import { currentSchema } from '../../src/journal/sqlite/schema.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const gate = `digraph Gate {
  start [shape=Mdiamond] exit [shape=Msquare]
  before [shape=parallelogram, tool_command="echo before >> log"]
  ask [shape=hexagon, label="Go on?"]
  start -> before -> ask
  ask -> exit [label="[Y] Yes"]
}`;

const homeOf = (project: CliProject): string => join(project.folder, '.orchestra');

function inJournal<T>(project: CliProject, work: (database: Database) => T): T {
  const database = new Database(join(homeOf(project), 'journal.db'));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const schemaOf = (project: CliProject): number | undefined =>
  inJournal(project, (database) => database.get<{ user_version: number }>('pragma user_version')?.user_version);

const backupsOf = (project: CliProject): readonly string[] =>
  readdirSync(homeOf(project)).filter((name) => name.endsWith('.backup'));

/** Everything in the home, the log of the journal and its index aside. */
const filesOf = (project: CliProject): readonly string[] =>
  readdirSync(homeOf(project), { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('journal.db-'))
    .toSorted();

/** A run that waits at its gate, in a journal of the first schema. */
async function oldProject(): Promise<CliProject> {
  const project = newProject();
  project.write('gate.dot', gate);
  expect((await project.run(['run', 'gate.dot'])).code).toBe(3);
  inJournal(project, (database) =>
    database.exec(`
      drop table snapshot; drop table rewind; drop index run_by_fork;
      alter table run drop column fork_run; alter table run drop column fork_turn;
      drop table summary; drop table last_number; alter table lease drop column steady_at;
      pragma user_version = 1; pragma journal_mode = delete`),
  );
  return project;
}

async function goesOn(project: CliProject): Promise<void> {
  expect((await project.run(['answer', 'last', 'Y'])).code).toBe(0);
  expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
  expect(project.read('log')).toBe('before\n');
}

verifies(
  'durability:journal:schema-number',
  'a journal of an older version is brought forward by whichever command comes first, beside a copy of it',
  async () => {
    const project = await oldProject();
    const status = await project.run(['status']);
    expect(status.stdout).toContain('waits for an answer: Go on?');
    expect(schemaOf(project)).toBe(currentSchema);
    expect(backupsOf(project)).toEqual(['journal.db.schema-1.backup']);
    await goesOn(project);
  },
);

verifies(
  'durability:journal:schema-number',
  'killed while it is brought forward, the old file is what it was, and the next command does it',
  async () => {
    const project = await oldProject();
    const env = { ORCHESTRA_FAILPOINTS: 'journal:mid-migration=kill' };
    expect((await project.run(['status'], { env })).signal).toBe('SIGKILL');
    expect(schemaOf(project)).toBe(1);
    inJournal(project, (database) => {
      expect(database.get('pragma integrity_check')).toEqual({ integrity_check: 'ok' });
      expect(database.get(`select 1 from sqlite_schema where name = 'last_number'`)).toBeUndefined();
    });
    await goesOn(project);
    expect(schemaOf(project)).toBe(currentSchema);
  },
);

verifies(
  'durability:journal:schema-number',
  'commands that come at once bring it forward once, and each does its work',
  async () => {
    const project = await oldProject();
    const ends = await Promise.all(['status', 'runs', 'status', 'runs'].map((command) => project.run([command])));
    for (const { code, stdout, stderr } of ends) {
      expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: expect.stringContaining('waiting') });
    }
    expect(backupsOf(project)).toEqual(['journal.db.schema-1.backup']);
    await goesOn(project);
  },
);

verifies(
  'durability:journal:newer',
  'a journal of a newer version can be looked at; what would change it is refused with the way out, and changes nothing',
  async () => {
    const project = newProject();
    project.write('gate.dot', gate);
    expect((await project.run(['run', 'gate.dot'])).code).toBe(3);
    inJournal(project, (database) => database.exec('pragma user_version = 1000; pragma wal_checkpoint(truncate)'));
    const before = readFileSync(join(homeOf(project), 'journal.db'));
    const files = filesOf(project);
    expect((await project.run(['status'])).stdout).toContain('waits for an answer: Go on?');
    expect((await project.run(['show', 'last'])).code).toBe(0);
    expect((await project.run(['prune', 'last', '--dry-run'])).code).toBe(0);
    for (const args of [
      ['run', 'gate.dot'],
      ['resume', 'last'],
      ['answer', 'last', 'Y'],
      ['cancel', 'last'],
      ['prune', 'last', '--yes'],
    ]) {
      const refused = await project.run([...args, '--json']);
      expect({ args, code: refused.code, ...refused.document() }).toMatchObject({
        code: 'JOURNAL_NEWER',
        hint: expect.stringContaining('newer version') as string,
      });
      expect(refused.code).toBe(2);
    }
    expect(readFileSync(join(homeOf(project), 'journal.db')).equals(before)).toBe(true);
    expect(filesOf(project)).toEqual(files);
    inJournal(project, (database) => database.exec(`pragma user_version = ${currentSchema}`));
    await goesOn(project);
  },
);
