-- Until when the whole program is on a break: nobody is asked anything, and months wait. None while it runs.
alter table programs add column break_until bigint;
