-- The channel that has read a digest, once it has: charts show nothing that was not told there.
alter table digests add column told_in text;
