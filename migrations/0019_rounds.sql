-- An approved round waits a little before anybody hears of it, and can be undone until then; null once its introductions
-- have begun, and for rounds that need no approval.
alter table rounds add column introduce_at bigint;
create index rounds_approved on rounds (team_id) where introduce_at is not null;
-- Pairs that are still to be decided on or introduced take up their people's places.
create index proposals_open on proposals (team_id, round_id) where state = 'open';
