-- A company's own words at the top of messages, as JSON. Not in the settings, because an earlier release reads no settings that it
-- does not know.
alter table programs add column wording text;
