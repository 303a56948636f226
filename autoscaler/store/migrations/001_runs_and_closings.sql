-- Both databases read this file: words that both understand, no semicolon but at a statement's end.
-- SQLite keeps a timestamptz as the text of its instant in UTC.

-- One row for each attempt to start a one-off job. Only one daemon can insert it, and only that one starts the job.
create table runs (
  app text not null,
  job text not null,
  due timestamptz not null,
  attempt integer not null,
  claimant text not null,
  claimed timestamptz not null,
  command text not null,
  started timestamptz,
  dyno text,
  dyno_id text,
  request_id text,
  outcome text,
  outcome_at timestamptz,
  outcome_text text,
  primary key (app, job, due, attempt)
);

create index runs_due on runs (due);

-- One row for each opening of a window that was ended early.
create table closings (
  app text not null,
  process_type text not null,
  window_name text not null,
  opened timestamptz not null,
  closed timestamptz not null,
  closed_by text not null,
  primary key (app, process_type, window_name, opened)
);

create index closings_closed on closings (closed);
