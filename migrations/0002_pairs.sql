-- One matching run: wanted, then proposed to the owners (or approved at once), then decided.
create table rounds (
    id bigint primary key,
    team_id text not null,
    origin text not null,
    state text not null,
    -- Replays the round; 64 bits, as a signed number.
    seed bigint not null,
    -- How far from proven best the solver stopped: 0 is proven.
    gap bigint not null default 0,
    asked_by text,
    created_at bigint not null,
    decided_by text,
    decided_at bigint
);
create index rounds_open on rounds (team_id, state) where state in ('wanted', 'proposed');
-- Somebody asked twice: still one run.
create unique index one_wanted_round on rounds (team_id) where state = 'wanted';

create table proposals (
    round_id bigint not null,
    team_id text not null,
    mentor text not null,
    mentee text not null,
    score bigint not null,
    reasons_sealed text not null,
    must_confirm bigint not null,
    state text not null,
    settled_by text,
    settled_at bigint,
    primary key (round_id, mentor, mentee)
);
create index proposals_dropped on proposals (team_id, settled_at) where state = 'dropped';

-- Who was left over in a round and what bound; `done` once they were told or need not be.
create table unmatched (
    round_id bigint not null,
    team_id text not null,
    user_id text not null,
    why text not null,
    done bigint not null default 0,
    told_at bigint,
    primary key (round_id, user_id)
);
create index unmatched_told on unmatched (team_id, user_id, told_at) where told_at is not null;

-- Goals both ways; signing is per version, an edit makes the next one.
create table agreements (
    pair_id bigint not null,
    version bigint not null,
    team_id text not null,
    goals_sealed text not null,
    -- Who wrote this version; none for the draft.
    made_by text,
    made_at bigint not null,
    mentor_signed_at bigint,
    mentee_signed_at bigint,
    completed_at bigint,
    -- How many reminders about this version are behind us.
    reminded bigint not null default 0,
    primary key (pair_id, version)
);

create table invitations (
    id bigint primary key,
    team_id text not null,
    inviter text not null,
    invitee text not null,
    state text not null,
    created_at bigint not null,
    answered_at bigint
);
create unique index one_open_invitation on invitations (team_id, inviter, invitee) where state = 'open';
create index invitations_of on invitations (team_id, inviter);
