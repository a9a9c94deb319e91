-- What a partner answered to "did you meet?", of each meeting that was planned: a late answer to an old question belongs to the
-- meeting it was asked about. Plan 0 is the month as such, where no time was known. By side, like the goals' signatures, so that
-- erasing one's data leaves no name behind.
create table met_answers (
    cycle_id bigint not null,
    plan bigint not null,
    side text not null,
    said text not null,
    said_at bigint not null,
    primary key (cycle_id, plan, side)
);
insert into met_answers (cycle_id, plan, side, said, said_at)
    select id, plans, 'mentor', mentor_said, coalesce(reported_at, opened_at) from cycles where mentor_said is not null;
insert into met_answers (cycle_id, plan, side, said, said_at)
    select id, plans, 'mentee', mentee_said, coalesce(reported_at, opened_at) from cycles where mentee_said is not null;
alter table cycles drop column mentor_said;
alter table cycles drop column mentee_said;

-- From when a month goes on that a break had interrupted.
alter table cycles add column taken_up_at bigint;
-- The times proposed last, so that nobody with two pairs is offered one time twice.
alter table cycles add column proposed text;
