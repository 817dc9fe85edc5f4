-- When a position was given: what was given later is later here too, by a microsecond at least (store/positions.py).
-- All that has one already is taken for changed now.
ALTER TABLE alert_positions ADD COLUMN IF NOT EXISTS at timestamptz NOT NULL DEFAULT now();

-- Documents of before have no rank.
CREATE OR REPLACE FUNCTION alert_rank(document jsonb) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT coalesce(CAST(document ->> 'rank' AS double precision), 0) $$;
