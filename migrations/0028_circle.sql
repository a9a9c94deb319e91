-- The channel of the program's mentors (Slack's id), in a column of its own: an earlier release refuses settings it does not know.
alter table programs add column mentor_circle text;

-- How somebody stands to that channel: which one it was, what has become of it, and when.
alter table participants add column circle_channel text;
alter table participants add column circle text;
alter table participants add column circle_at bigint;
