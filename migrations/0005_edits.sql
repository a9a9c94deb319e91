-- What an owner asked of a round beside leaving pairs out: pairs to keep ('keep'), people set aside ('aside', the person in
-- `mentor`), and what the round before it had proposed ('was'), so that the next one differs no more than it must.
create table round_edits (
    round_id bigint not null,
    team_id text not null,
    kind text not null,
    mentor text not null,
    mentee text not null,
    score bigint not null default 0,
    must_confirm bigint not null default 0,
    made_by text not null,
    made_at bigint not null,
    primary key (round_id, kind, mentor, mentee)
);
