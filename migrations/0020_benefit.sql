-- Whether a partner would recommend the program, and would do it again: asked at the end, 0 or 1.
alter table checkins add column would_recommend bigint;
alter table checkins add column would_repeat bigint;

-- Whether each of the two says that they met in that month, so that it is known to both. Kept when their answers are forgotten.
alter table cycles add column both_said_yes bigint;
update cycles set both_said_yes = 1
    where (select count(distinct m.side) from met_answers m where m.cycle_id = cycles.id and m.said = 'yes') = 2;

-- What reports and digests showed last, which the next one is made from (domain/figures.rs). Sealed: true counts stand in it.
create table figures (
    team_id text primary key,
    held_sealed text not null,
    made_at bigint not null
);
