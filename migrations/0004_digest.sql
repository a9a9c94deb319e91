-- What each week's public digest said. Sealed: beside it stand the true counts the next one is made from.
create table digests (
    team_id text not null,
    week text not null,
    published_sealed text not null,
    made_at bigint not null,
    primary key (team_id, week)
);
