-- What polling politely and reading exactly needs to remember.

-- scope: what counts as one host for politeness: 'host', 'domain' (registrable), or 'group:' and a name.
-- poll_interval: fixed seconds between polls, over the adaptive ones. reading_rules: CSS for this publisher's pages.
-- text_lengths: code points of the last bodies read, oldest first, 0 where none was found; drift: why they alarm.
ALTER TABLE sources
    ADD COLUMN scope text NOT NULL DEFAULT 'host',
    ADD COLUMN poll_interval double precision,
    ADD COLUMN reading_rules jsonb,
    ADD COLUMN text_lengths integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN drift jsonb;

-- memory: what a poll remembers for the next one and no query asks for (model.FeedMemory).
ALTER TABLE feeds
    ADD COLUMN list_rule jsonb,
    ADD COLUMN memory jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN former_urls text[] NOT NULL DEFAULT '{}';

-- robots.txt by origin (scheme://host:port). status: of its answer, NULL where there was none.
CREATE TABLE robots (
    origin text PRIMARY KEY,
    status integer,
    body text NOT NULL,
    failing_since timestamptz,
    fetched_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

-- kind: 'page' is the answer of the page; 'entry' what the feed itself says, where the page may not or cannot be read.
ALTER TABLE snapshots
    ADD COLUMN kind text NOT NULL DEFAULT 'page' CHECK (kind IN ('page', 'entry'));

-- Why what was read is not a whole article (paywall, live_blog, video), NULL where it is.
ALTER TABLE articles
    ADD COLUMN not_article text,
    ADD COLUMN section text,
    ADD COLUMN image_caption text,
    ADD COLUMN modified_at timestamptz;

-- A WebSub subscription of a feed at a hub (W3C WebSub): due_at is when to ask the hub (again).
CREATE TABLE hub_subscriptions (
    feed_id bigint PRIMARY KEY REFERENCES feeds ON DELETE CASCADE,
    hub text NOT NULL,
    topic text NOT NULL,
    host text NOT NULL,
    token text NOT NULL UNIQUE,
    secret text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'active', 'denied')),
    lease_until timestamptz,
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    last_error jsonb,
    last_pushed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX hub_subscriptions_due ON hub_subscriptions (due_at) WHERE due_at IS NOT NULL;

-- What hubs pushed and no poll has read yet.
CREATE TABLE pushes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id bigint NOT NULL REFERENCES feeds ON DELETE CASCADE,
    content_type text,
    body bytea NOT NULL,
    sha256 text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    UNIQUE (feed_id, sha256)
);
CREATE INDEX pushes_due ON pushes (due_at) WHERE due_at IS NOT NULL;

-- change_count: how often a page was made due again because its entry changed.
ALTER TABLE pages ADD COLUMN change_count integer NOT NULL DEFAULT 0;

-- What a tagging says of the text as a whole, and what it found and refused.
ALTER TABLE taggings ADD COLUMN whole jsonb NOT NULL DEFAULT '{}';
