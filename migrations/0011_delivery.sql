-- The first open row of a lane is its head and says which of Slack's methods it waits for; rows behind it say nothing. So
-- what is due is looked up by workspace and method, however much waits for another one.
alter table outbox add column waits_for text;
-- 0: somebody waits for it right now; 1: merely due.
alter table outbox add column rank bigint not null default 1;
-- How often the row was leased: a note about an earlier lease changes nothing.
alter table outbox add column leases bigint not null default 0;
create index outbox_waiting on outbox (team_id, waits_for, rank, not_before, id)
    where waits_for is not null and state in ('queued', 'leased');

-- When something may be due for a workspace and method: early at worst, never late.
create table outbox_queues (
    team_id text not null,
    waits_for text not null,
    due_at bigint not null,
    primary key (team_id, waits_for)
);
create index outbox_queues_due on outbox_queues (due_at);

-- What came of a delivery and is still to be acted on (domain/outgoing.rs), by the timer of the same id.
create table reactions (
    id bigint primary key,
    team_id text not null,
    reaction_sealed text not null,
    created_at bigint not null
);

-- Since when Slack has not answered.
alter table workspaces add column troubled_at bigint;
