-- What each of the latest rounds was made from, sealed, so that it can be replayed (domain/matching/record.rs). Forgotten with
-- age, and as soon as somebody in it erases their data.
create table round_inputs (
    round_id bigint primary key,
    team_id text not null,
    -- The pairs of the same run that an owner must look at, where the others needed no approval.
    confirm_id bigint,
    input_sealed text not null,
    made_at bigint not null
);
create index round_inputs_of on round_inputs (team_id, round_id);

-- Of a round that found nobody: since when its list of people is the same.
alter table rounds add column unchanged_since bigint;
