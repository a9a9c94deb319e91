-- Where each card stands: the newest message about a thing, at each place.
create table cards (
    team_id text not null,
    card text not null,
    lane text not null,
    channel_id text not null,
    ts text not null,
    placed_at bigint not null,
    primary key (team_id, card, lane)
);

-- News that waits for its moment, by who it is for.
create index outbox_kept on outbox (team_id, lane) where state = 'waiting';
