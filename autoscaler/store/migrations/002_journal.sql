-- What formations went through, so that people can read it and overrule it. No claim depends on these tables.

-- One row for each event that a daemon or a command told. `fields` and `details` are JSON; `place` orders events of one
-- instant; `app` is null where an event is about none.
create table events (
  id text primary key,
  happened timestamptz not null,
  place integer not null,
  name text not null,
  level text not null,
  app text,
  fields text not null,
  details text not null,
  daemon text not null
);

create index events_happened on events (happened);

-- The last pin of each process type; both names are * for the pause, whose quantity is null.
create table pins (
  app text not null,
  process_type text not null,
  quantity integer,
  made timestamptz not null,
  held_until timestamptz not null,
  reason text not null,
  made_by text not null,
  ended timestamptz,
  primary key (app, process_type)
);

-- What a read showed when a process type was last seen to be as wanted. A number has twice the same bound.
create table verified (
  app text not null,
  process_type text not null,
  wanted_low integer not null,
  wanted_high integer not null,
  wanted_size text,
  quantity integer not null,
  dyno_size text not null,
  seen timestamptz not null,
  primary key (app, process_type)
);

-- What was asked of the platform.
create table writes (
  app text not null,
  process_type text not null,
  asked timestamptz not null,
  daemon text not null,
  quantity integer,
  dyno_size text,
  primary key (app, process_type, asked, daemon)
);

create index writes_asked on writes (asked);

-- How each app does, as the daemon that told last says.
create table alive (
  app text primary key,
  last_read timestamptz,
  converged timestamptz,
  why text not null,
  daemon text not null
);

-- The last policy file without faults: one row.
create table policy_file (
  only_one integer primary key,
  name text not null,
  content text not null,
  digest text not null,
  kept timestamptz not null
);
