-- Sessions of the pages: since when the token and the session are there, when it was last used, when the visit
-- before ended, and the token that a form of it must carry.
ALTER TABLE page_sessions
    ADD COLUMN issued_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN started_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN active_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN last_visit_at timestamptz,
    ADD COLUMN form_token text NOT NULL DEFAULT CAST(gen_random_uuid() AS text);
