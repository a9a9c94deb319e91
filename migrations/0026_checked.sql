-- When a pair that an owner decided on, in a round that still waits for other decisions, is introduced; until then it can be undone.
alter table proposals add column introduce_at bigint;
