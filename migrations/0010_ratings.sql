-- When a rating was last changed: editing the words beside it, or pressing a button, is no new rating.
alter table reflections add column rated_at bigint;
update reflections set rated_at = answered_at where confidence is not null;
alter table checkins add column rated_at bigint;
update checkins set rated_at = answered_at where confidence is not null;
