-- The directions of what an alert shows as its evidence, and the terms of alerts with them (see 0013_terms.sql).
CREATE OR REPLACE FUNCTION alert_directions(document jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT direction #>> '{}'), '{}')
    FROM jsonb_path_query(document, '$.evidence[*].direction') AS direction
$$;
CREATE OR REPLACE FUNCTION alert_terms(
    search tsvector, watch text, state text, level text, score double precision, languages text[],
    event_types text[], directions text[], sources bigint[], created_at timestamptz
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    seconds bigint := floor(extract(epoch FROM created_at));
BEGIN
    RETURN search || array_to_tsvector(
        ARRAY['=watch:' || watch, '=state:' || state, '=level:' || level,
              '=256s:' || (seconds >> 8), '=4096s:' || (seconds >> 12), '=65536s:' || (seconds >> 16),
              '=1048576s:' || (seconds >> 20), '=16777216s:' || (seconds >> 24),
              '=score:' || floor(score * 100)]
        || (ARRAY['=tenth:0', '=tenth:1', '=tenth:2', '=tenth:3', '=tenth:4', '=tenth:5', '=tenth:6', '=tenth:7',
                  '=tenth:8', '=tenth:9', '=tenth:10'])[:CAST(floor(score * 100) AS integer) / 10 + 1]
        || string_to_array('=language:' || array_to_string(languages, ' =language:'), ' ')
        || string_to_array('=event_type:' || array_to_string(event_types, ' =event_type:'), ' ')
        || string_to_array('=direction:' || array_to_string(directions, ' =direction:'), ' ')
        || string_to_array('=source:' || array_to_string(sources, ' =source:'), ' ')
    );
END $$;
