-- How many deliveries an endpoint takes in a second, NULL for any number.
ALTER TABLE subscriptions ADD COLUMN max_per_second double precision;
