-- One text for SQLite and PostgreSQL: TEXT and BIGINT columns only, instants as epoch milliseconds, truth as 0/1.
-- Columns named *_sealed hold ciphertext (see src/store/seal.rs).

-- A Slack workspace the app is (or was) installed in.
create table workspaces (
    team_id text primary key,
    bot_user_id text not null,
    token_sealed text,
    state text not null,
    updated_at bigint not null
);

-- The workspace's program. Settings are one JSON document (domain/program.rs).
create table programs (
    team_id text primary key,
    settings text not null,
    declared bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);

-- What Slack last told us about people: zone and membership. No names.
create table people (
    team_id text not null,
    user_id text not null,
    zone text,
    full_member bigint not null,
    deleted bigint not null,
    admin bigint not null,
    seen_at bigint not null,
    primary key (team_id, user_id)
);

create table participants (
    team_id text not null,
    user_id text not null,
    standing text not null,
    profile_sealed text not null,
    paused_until bigint,
    waiting_since bigint,
    joined_at bigint not null,
    updated_at bigint not null,
    primary key (team_id, user_id)
);

create table pairs (
    id bigint primary key,
    team_id text not null,
    round_id bigint not null,
    mentor text not null,
    mentee text not null,
    state text not null,
    channel_id text,
    reasons_sealed text not null,
    cycles bigint not null,
    created_at bigint not null,
    started_at bigint,
    closed_at bigint,
    closed_why text
);
create index pairs_of_mentor on pairs (team_id, mentor);
create index pairs_of_mentee on pairs (team_id, mentee);
create unique index one_open_pair on pairs (team_id, mentor, mentee) where closed_at is null;

-- Requests already handled, so that Slack's retries change nothing.
create table inbox (
    dedupe_key text primary key,
    received_at bigint not null
);
create index inbox_age on inbox (received_at);

-- Work due later; the rule beside the instant lets a changed time zone move it.
create table timers (
    id bigint primary key,
    team_id text not null,
    kind text not null,
    subject text not null,
    due_at bigint not null,
    civil text,
    zone_of text,
    attempts bigint not null default 0,
    unique (team_id, kind, subject)
);
create index timers_due on timers (due_at);

-- Messages and calls on their way to Slack. A lane is a recipient: its rows go out in order of id.
create table outbox (
    id bigint primary key,
    team_id text not null,
    lane text not null,
    kind text not null,
    what_sealed text not null,
    dedupe_key text not null,
    state text not null,
    attempts bigint not null default 0,
    doubt bigint not null default 0,
    not_before bigint not null,
    expires_at bigint,
    leased_until bigint,
    channel_id text,
    ts text,
    error text,
    created_at bigint not null,
    finished_at bigint,
    unique (team_id, dedupe_key)
);
create index outbox_open on outbox (team_id, lane, id) where state in ('queued', 'leased');
create index outbox_due on outbox (not_before) where state in ('queued', 'leased');
create index outbox_done on outbox (finished_at) where finished_at is not null;

-- Calls made within the last minute, per workspace and method or per channel.
create table limit_uses (
    scope text not null,
    used_at bigint not null,
    id bigint not null,
    primary key (scope, used_at, id)
);
create index limit_uses_age on limit_uses (used_at);

-- Slack said 429: nothing for this scope until then.
create table limit_blocks (
    scope text primary key,
    until bigint not null
);

-- Who was nudged on which local day: at most one unasked-for message a person a day.
create table nudged (
    team_id text not null,
    user_id text not null,
    day text not null,
    primary key (team_id, user_id, day)
);

-- What was done to the program and by whom; Slack ids and verbs, never text.
create table audit (
    id bigint primary key,
    team_id text not null,
    at bigint not null,
    actor text not null,
    verb text not null,
    subject text not null
);
create index audit_age on audit (at);

-- Facts about this database: whether the sealing key is the right one.
create table facts (
    name text primary key,
    value text not null
);
