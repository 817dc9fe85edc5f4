-- What analysts say of alerts: a verdict, or a comment (verdict NULL). The last verdict is in the alert's document.
-- Evidence is quoted, until its article is expunged. Rows that were carried over by a merge keep their time.
CREATE TABLE IF NOT EXISTS alert_verdicts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint NOT NULL REFERENCES alerts ON DELETE CASCADE,
    alert_version integer NOT NULL,
    verdict text CHECK (verdict IN ('confirm', 'reject', 'clear')),
    reason text,
    note text,
    evidence jsonb,
    key_id bigint REFERENCES api_keys ON DELETE SET NULL,
    carried_from bigint REFERENCES alerts ON DELETE SET NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS alert_verdicts_list ON alert_verdicts (alert_id, at DESC, id DESC);
CREATE INDEX IF NOT EXISTS alert_verdicts_article ON alert_verdicts (CAST(evidence ->> 'article' AS bigint))
    WHERE evidence IS NOT NULL;
CREATE INDEX IF NOT EXISTS alert_verdicts_key ON alert_verdicts (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS alert_verdicts_carried ON alert_verdicts (carried_from) WHERE carried_from IS NOT NULL;

-- Documents of before have no verdict.
CREATE OR REPLACE FUNCTION alert_verdict(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce(document ->> 'verdict', 'none') $$;
