-- Slack's `updated` on the user object, in seconds: which of two pieces of news about a person is newer.
alter table people add column updated bigint;
