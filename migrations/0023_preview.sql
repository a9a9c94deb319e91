-- What previews of the digest showed to owners. It is no digest and no report, but the next figures are made from it, too, so that
-- neither less a preview tells anything of one person. Sealed: true counts stand in it.
create table previews (
    team_id text primary key,
    held_sealed text not null,
    made_at bigint not null
);

-- A mean confidence below the one at the start, in tenths, as owners read it in their weekly note. The channel's digest shows it a
-- week later at the earliest.
create table falls (
    team_id text not null,
    owner text not null,
    tenths bigint not null,
    told_at bigint not null,
    primary key (team_id, owner, tenths)
);
