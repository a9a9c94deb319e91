-- A company's own words at the top of messages, as JSON. Not in the settings, because an earlier release reads no settings that it
-- does not know.
alter table programs add column wording text;
-- The recipe that guides and draft goals follow, and the one whose guide a month has: a month that is open keeps it.
alter table programs add column recipe text;
alter table cycles add column recipe text;
