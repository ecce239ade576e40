/** A step from one schema number to the next. Never edited once released: a new step is added at the end. */
export interface Migration {
  readonly schema: number;
  readonly sql: string;
}

/**
 * - `run` never changes after its creation; what does stands in `status`, so that a change of state
 *   does not rewrite the run's settings.
 * - `branch` is a head pointer into the tree of `turn`s; the main branch has the key ''.
 * - `turn.seq` is the commit order within the journal. Rows are only ever added.
 * - `lease` rows stay after a release, so that tokens only grow.
 */
const first = `
create table run (
  number      integer primary key,
  id          text not null unique,
  pipeline    text not null,
  bundle      text not null,
  walk_version integer not null,
  cwd         text not null,
  parent_run  text,
  parent_key  text,
  settings    text not null,
  at          integer not null
) strict;
create index run_by_parent on run (parent_run) where parent_run is not null;

create table status (
  run         integer primary key references run (number) on delete cascade,
  state       text not null,
  waiting     text,
  due_at      integer,
  updated_at  integer not null
) strict;
create index status_by_state on status (state);
create index status_by_due on status (due_at) where due_at is not null;

create table branch (
  number      integer primary key,
  run         integer not null references run (number) on delete cascade,
  key         text not null,
  head        integer,
  forked_from integer,
  epoch       integer not null,
  unique (run, key)
) strict;

create table turn (
  seq         integer primary key,
  run         integer not null references run (number) on delete cascade,
  branch      integer not null references branch (number) on delete cascade,
  parent      integer,
  type        text not null,
  version     integer not null,
  key         text,
  at          integer not null,
  payload     text not null
) strict;
create index turn_by_run on turn (run);
create index turn_by_branch on turn (branch);

create table blob (
  hash        text primary key,
  bytes       integer not null,
  encoding    text not null check (encoding in ('raw', 'zstd')),
  data        blob not null
) strict;

create table inbox (
  seq         integer primary key autoincrement,
  run         integer not null references run (number) on delete cascade,
  id          text not null,
  command     text not null,
  sender      text not null,
  at          integer not null,
  unique (run, id)
) strict;
create index inbox_by_run on inbox (run);

create table lease (
  run         integer primary key references run (number) on delete cascade,
  token       integer not null,
  held        integer not null,
  pid         integer not null,
  host        text not null,
  boot_id     text not null,
  start_time  text not null,
  heartbeat_at integer not null
) strict;

create view events as
  select turn.seq, run.id as run, nullif(branch.key, '') as branch, turn.type, turn.key,
         strftime('%Y-%m-%dT%H:%M:%fZ', turn.at / 1000.0, 'unixepoch') as at, turn.payload
  from turn join run on run.number = turn.run join branch on branch.number = turn.branch
  order by turn.seq;

create view operations as
  select run.id as run, branch.key, branch.epoch as starts, count(turn.seq) as turns,
         strftime('%Y-%m-%dT%H:%M:%fZ', min(turn.at) / 1000.0, 'unixepoch') as first_at,
         strftime('%Y-%m-%dT%H:%M:%fZ', max(turn.at) / 1000.0, 'unixepoch') as last_at,
         (select last.type from turn as last where last.seq = branch.head) as last_type
  from branch join run on run.number = branch.run left join turn on turn.branch = branch.number
  where branch.key <> ''
  group by branch.number;
`;

/** `summary` is derived: it counts as long as `up_to` is the last turn of its run. */
const second = `
create table summary (
  run         integer primary key references run (number) on delete cascade,
  up_to       integer not null,
  content     text not null
) strict;
`;

/**
 * Removed runs leave their numbers behind: a turn or run that comes later is never taken for one that was
 * there before, by a reader in the middle of its pages or by a sweep (`Marks`).
 */
const third = `
create table last_number (
  kind        text primary key check (kind in ('run', 'turn')),
  number      integer not null
) strict;
insert into last_number values ('run', 0), ('turn', 0);
`;

/** When the owner was last heard of on the clock of its boot; null in leases of before, and without such a clock. */
const fourth = `
alter table lease add column steady_at integer;
`;

/**
 * Returning: a run may begin with the turns of another (`fork_run` up to `fork_turn`), and may have gone back: turns
 * between `to_turn` and `by_turn`, which tells so, are off its path but stay. See `path.ts`.
 */
const fifth = `
alter table run add column fork_run text;
alter table run add column fork_turn integer;
create index run_by_fork on run (fork_run) where fork_run is not null;

create table rewind (
  run         integer not null references run (number) on delete cascade,
  to_turn     integer not null,
  by_turn     integer not null,
  primary key (run, by_turn)
) strict, without rowid;
`;

/** Folds of long runs as they stood at a turn; derived. */
const sixth = `
create table snapshot (
  run         integer not null references run (number) on delete cascade,
  seq         integer not null,
  turns       integer not null,
  form        text not null,
  hash        text not null,
  bytes       integer not null,
  encoding    text not null check (encoding in ('raw', 'zstd')),
  data        blob not null,
  primary key (run, seq)
) strict;
`;

export const migrations: readonly Migration[] = [
  { schema: 1, sql: first },
  { schema: 2, sql: second },
  { schema: 3, sql: third },
  { schema: 4, sql: fourth },
  { schema: 5, sql: fifth },
  { schema: 6, sql: sixth },
];

/** The schema this version writes. */
export const currentSchema = migrations.at(-1)?.schema ?? 0;
