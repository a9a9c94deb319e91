-- People who are not asked to join again: they were asked once, or they left, declined, said no or had their data erased. A keyed hash
-- stands for each, so that this outlives an erasing without naming anybody.
create table quiet (
    team_id text not null,
    mark text not null,
    made_at bigint not null,
    primary key (team_id, mark)
);
create index quiet_age on quiet (made_at);

-- The key of those hashes, of each workspace.
create table quiet_keys (
    team_id text primary key,
    key_sealed text not null
);
