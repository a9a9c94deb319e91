-- The organization as the owners' file describes it: people and bystanders, by Slack id or a stand-in. Everything about them is
-- sealed, also whom they report to (domain/organization.rs).
create table organization (
    team_id text not null,
    person text not null,
    entry_sealed text not null,
    imported_at bigint not null,
    primary key (team_id, person)
);

-- Files on their way in: read, shown to an owner, and taken over with a press.
create table imports (
    id bigint primary key,
    team_id text not null,
    owner text not null,
    state text not null,
    list_sealed text,
    made_at bigint not null
);
create index imports_age on imports (made_at);
