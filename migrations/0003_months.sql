-- The months of pairs, what partners thought about them, and the check-ins between them.

-- One month of a pair (domain/cycle.rs).
create table cycles (
    id bigint primary key,
    team_id text not null,
    pair_id bigint not null,
    number bigint not null,
    state text not null,
    anchor_at bigint not null,
    anchor_number bigint not null,
    opened_at bigint not null,
    closes_at bigint not null,
    meets_at bigint,
    plans bigint not null default 0,
    mentor_said text,
    mentee_said text,
    reported_at bigint,
    held_at bigint,
    note_sealed text,
    closed_at bigint,
    unique (pair_id, number)
);
create index cycles_reported on cycles (team_id, reported_at);

-- One question put to one partner after a meeting. Nobody but them reads the answer.
create table reflections (
    id bigint primary key,
    team_id text not null,
    pair_id bigint not null,
    cycle_id bigint not null,
    user_id text not null,
    question text not null,
    answer_sealed text,
    confidence bigint,
    shared bigint not null default 0,
    asked_at bigint not null,
    answered_at bigint,
    unique (cycle_id, user_id)
);
create index reflections_of on reflections (team_id, user_id);
create index reflections_of_pair on reflections (pair_id);

-- Private check-ins, and the owners' notes that go with them (domain/checkin.rs).
create table checkins (
    id bigint primary key,
    team_id text not null,
    pair_id bigint not null,
    user_id text not null,
    kind text not null,
    number bigint not null,
    state text not null,
    said text,
    answer_sealed text,
    confidence bigint,
    created_at bigint not null,
    answered_at bigint,
    unique (pair_id, user_id, kind, number)
);
create index checkins_of on checkins (team_id, user_id);
