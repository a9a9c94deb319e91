-- What owners last read in their weekly note, so that it is silent while nothing new is in it: one row for each thing, named by a
-- digest of its kind and ids.
create table companions (
    team_id text not null,
    owner text not null,
    thing text not null,
    said_at bigint not null,
    primary key (team_id, owner, thing)
);

-- How a month stands apart from a yes, which only those who gave it know of.
alter table cycles add column arranged text;

-- The people who wait for a partner, for a look at some of them.
create index participants_waiting on participants (team_id, user_id) where waiting_since is not null;
