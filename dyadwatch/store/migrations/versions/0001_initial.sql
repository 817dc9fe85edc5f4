-- The rows that hold all state. A unit of work is a row with due_at (schedule, retry delay and lease in one;
-- NULL: nothing to do) and turn (a fencing counter, raised by every claim).

CREATE TABLE sources (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    homepage text,
    country text,
    side text,
    language text,
    ownership text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE feeds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES sources ON DELETE CASCADE,
    url text NOT NULL UNIQUE,
    host text NOT NULL,
    kind text NOT NULL DEFAULT 'unknown',
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'gone')),
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    etag text,
    last_modified text,
    body_hash text,
    ttl double precision,
    "interval" double precision,
    moved_to text,
    entry_times timestamptz[] NOT NULL DEFAULT '{}',
    error_count integer NOT NULL DEFAULT 0,
    last_polled_at timestamptz,
    last_status integer,
    last_error jsonb,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX feeds_due ON feeds (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX feeds_source ON feeds (source_id);

-- A page is fetched once, whichever entries of whichever feeds link to it. url is normalised.
CREATE TABLE pages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url text NOT NULL UNIQUE,
    host text NOT NULL,
    source_id bigint REFERENCES sources ON DELETE SET NULL,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'fetched', 'failed')),
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    etag text,
    last_modified text,
    last_fetched_at timestamptz,
    last_status integer,
    last_error jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pages_due ON pages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX pages_source ON pages (source_id);

CREATE TABLE entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id bigint NOT NULL REFERENCES feeds ON DELETE CASCADE,
    key text NOT NULL,
    page_id bigint REFERENCES pages ON DELETE SET NULL,
    url text,
    title text NOT NULL,
    summary text,
    content text,
    authors text[] NOT NULL DEFAULT '{}',
    published_at timestamptz,
    updated_at timestamptz,
    source_name text,
    source_url text,
    content_hash text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (feed_id, key)
);
CREATE INDEX entries_page ON entries (page_id);

-- The bytes as fetched, compressed with zlib; tagging starts from here and can be repeated.
CREATE TABLE snapshots (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    page_id bigint NOT NULL REFERENCES pages ON DELETE CASCADE,
    url text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    sha256 text NOT NULL,
    fetched_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    last_error jsonb
);
CREATE INDEX snapshots_due ON snapshots (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX snapshots_page ON snapshots (page_id, id);

-- The same event: syndicated copies, later versions, near-identical texts.
CREATE TABLE stories (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE articles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url text NOT NULL UNIQUE,
    page_id bigint REFERENCES pages ON DELETE SET NULL,
    source_id bigint REFERENCES sources ON DELETE SET NULL,
    story_id bigint NOT NULL REFERENCES stories,
    version integer NOT NULL,
    title text NOT NULL,
    title_key text NOT NULL,
    dek text,
    authors text[] NOT NULL DEFAULT '{}',
    author_note text,
    published_at timestamptz,
    language text,
    origin jsonb,
    signature bytea,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX articles_story ON articles (story_id);
CREATE INDEX articles_source_list ON articles (source_id, first_seen_at DESC, id DESC);
CREATE INDEX articles_search ON articles USING gin (to_tsvector('simple', title));
CREATE INDEX articles_list ON articles (first_seen_at DESC, id DESC);
CREATE INDEX articles_title_key ON articles (title_key, first_seen_at);

CREATE TABLE article_versions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    number integer NOT NULL,
    snapshot_id bigint REFERENCES snapshots ON DELETE SET NULL,
    title text NOT NULL,
    text text NOT NULL,
    text_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (article_id, number)
);

-- Bands of the MinHash signature: near-identical texts share at least one.
CREATE TABLE article_bands (
    band bigint NOT NULL,
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)
);
CREATE INDEX article_bands_article ON article_bands (article_id);

-- A watch is data: the document as given, and every version of it that ever tagged something.
CREATE TABLE watches (
    id text PRIMARY KEY,
    title text NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE watch_versions (
    watch_id text NOT NULL REFERENCES watches ON DELETE CASCADE,
    version integer NOT NULL,
    document jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (watch_id, version)
);

-- What the current version of an article says about a watch: a row per article and watch, its mentions in order.
CREATE TABLE taggings (
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    watch_id text NOT NULL REFERENCES watches ON DELETE CASCADE,
    article_version integer NOT NULL,
    watch_version integer NOT NULL,
    tagger_version text NOT NULL,
    relationship boolean NOT NULL,
    score double precision NOT NULL,
    level text,
    event_types text[] NOT NULL DEFAULT '{}',
    mentions jsonb NOT NULL,
    tagged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (article_id, watch_id)
);
CREATE INDEX taggings_watch ON taggings (watch_id);

CREATE TABLE alerts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id text NOT NULL REFERENCES watches ON DELETE CASCADE,
    story_id bigint NOT NULL REFERENCES stories,
    version integer NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'withdrawn')),
    score double precision NOT NULL,
    level text NOT NULL,
    event_types text[] NOT NULL DEFAULT '{}',
    language text,
    languages text[] NOT NULL DEFAULT '{}',
    source_ids bigint[] NOT NULL DEFAULT '{}',
    search tsvector NOT NULL DEFAULT ''::tsvector,
    document jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (watch_id, story_id)
);
CREATE INDEX alerts_list ON alerts (created_at DESC, id DESC);
CREATE INDEX alerts_watch_list ON alerts (watch_id, created_at DESC, id DESC);
CREATE INDEX alerts_search ON alerts USING gin (search);
CREATE INDEX alerts_languages ON alerts USING gin (languages);
CREATE INDEX alerts_sources ON alerts USING gin (source_ids);
CREATE INDEX alerts_event_types ON alerts USING gin (event_types);

-- The outbox: what happened to an alert, with the very bytes that every subscriber is sent.
CREATE TABLE alert_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint REFERENCES alerts ON DELETE CASCADE,
    type text NOT NULL,
    webhook_id text NOT NULL UNIQUE,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX alert_events_alert ON alert_events (alert_id);

CREATE TABLE subscriptions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url text NOT NULL,
    host text NOT NULL,
    secret text NOT NULL,
    events text[] NOT NULL,
    filter jsonb NOT NULL DEFAULT '{}',
    description text,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'disabled')),
    disabled_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id bigint NOT NULL REFERENCES alert_events ON DELETE CASCADE,
    subscription_id bigint NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
    host text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'exhausted', 'cancelled')),
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (event_id, subscription_id)
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_list ON deliveries (created_at DESC, id DESC);
CREATE INDEX deliveries_subscription_list ON deliveries (subscription_id, created_at DESC, id DESC);

CREATE TABLE attempts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id bigint NOT NULL REFERENCES deliveries ON DELETE CASCADE,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    seconds double precision NOT NULL,
    status integer,
    error text,
    detail text,
    response text,
    UNIQUE (delivery_id, number)
);

-- Keys and page sessions are stored as SHA-256 of random tokens, never as themselves.
CREATE TABLE api_keys (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE TABLE page_sessions (
    hash bytea PRIMARY KEY,
    key_id bigint NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

-- Answers kept for repeated POSTs with the same Idempotency-Key.
CREATE TABLE idempotent_answers (
    key_id bigint NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    token text NOT NULL,
    fingerprint text NOT NULL,
    status integer,
    headers jsonb,
    body text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key_id, token)
);
CREATE INDEX idempotent_answers_age ON idempotent_answers (created_at);
