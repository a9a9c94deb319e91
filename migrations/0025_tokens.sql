-- Where an app's tokens expire: when this one does, what renews it, when that is tried (next), and what came of the last tries.
alter table workspaces add column token_ends_at bigint;
alter table workspaces add column renewal_sealed text;
alter table workspaces add column renew_at bigint;
alter table workspaces add column renewal_tries bigint not null default 0;
alter table workspaces add column renewal_error text;
-- When the app was removed: what is stored of the workspace ends some time later.
alter table workspaces add column ended_at bigint;
-- The organization whose installation a workspace uses.
alter table workspaces add column enterprise_id text;
-- When a timer of a workspace without the app was due: it rests until the app is back.
alter table timers add column resting bigint;
