-- The enrollment window: what the settings say of it, and how it went on. It stands beside the settings, because an earlier
-- release could not read settings that it does not know. None where there is no window.
alter table programs add column enrollment text;
