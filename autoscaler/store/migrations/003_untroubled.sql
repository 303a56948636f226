-- When each app was last as wanted, or waited for what comes by itself: an alarm counts from there.
alter table alive add column untroubled timestamptz;
