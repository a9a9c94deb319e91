-- A row that the running version cannot read, and since when: put off, counted, dropped after 30 days.
alter table timers add column unreadable_since bigint;
create index timers_unreadable on timers (unreadable_since) where unreadable_since is not null;

-- What is due of each sort of work, in order. The words after `where` are those of the look-ups in store/timers.rs:
-- an index serves a query only when it reads the same.
create index timers_solving on timers (due_at, id) where kind in ('match', 'what_if');
create index timers_others on timers (due_at, id) where kind not in ('match', 'what_if');
-- Workspaces take turns when one has much to do.
create index timers_turns on timers (team_id, due_at, id) where kind not in ('match', 'what_if');
