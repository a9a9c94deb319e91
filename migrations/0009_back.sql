-- Where somebody stood before Slack said that they cannot take part: they come back to just that.
alter table participants add column before_standing text;
