-- A person's own working hours, in minutes of their day; null for the usual ones. Outside the sealed profile, because whatever is sent
-- asks for them.
alter table participants add column day_starts bigint;
alter table participants add column day_ends bigint;
