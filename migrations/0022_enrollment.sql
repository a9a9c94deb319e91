-- The enrollment window: what the settings say of it, and how it went on. It stands beside the settings, because an earlier
-- release could not read settings that it does not know. None where there is no window.
alter table programs add column enrollment text;

-- The settings of a program that somebody is setting up, between the steps of the form. Forgotten within two days.
create table setup_drafts (
    team_id text not null,
    user_id text not null,
    settings_sealed text not null,
    made_at bigint not null,
    primary key (team_id, user_id)
);
create index setup_drafts_age on setup_drafts (made_at);

-- A mark of each setting that an editable program.toml names, as it was read last: where the file changes, it counts again. None
-- where there is no such file.
alter table programs add column file_lines text;
