-- What lists of alerts are filtered by beside their columns, and the terms of alerts with it (see 0013_terms.sql).
CREATE OR REPLACE FUNCTION alert_values(document jsonb, field text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT mention ->> field) FILTER (WHERE mention ->> field IS NOT NULL), '{}')
    FROM jsonb_path_query(document, '$.evidence[*]') AS mention
$$;
-- Documents of before origins were counted list all of them.
CREATE OR REPLACE FUNCTION alert_origins(document jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(CAST(document ->> 'origin_count' AS integer), jsonb_array_length(document -> 'origins'), 0)
$$;
CREATE OR REPLACE FUNCTION alert_terms(
    search tsvector, watch text, story bigint, state text, level text, score double precision, languages text[],
    event_types text[], directions text[], modalities text[], origins integer, sources bigint[],
    created_at timestamptz
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    seconds bigint := floor(extract(epoch FROM created_at));
BEGIN
    RETURN search || array_to_tsvector(
        ARRAY['=watch:' || watch, '=story:' || story, '=state:' || state, '=level:' || level,
              '=256s:' || (seconds >> 8), '=4096s:' || (seconds >> 12), '=65536s:' || (seconds >> 16),
              '=1048576s:' || (seconds >> 20), '=16777216s:' || (seconds >> 24),
              '=score:' || floor(score * 100)]
        || (ARRAY['=tenth:0', '=tenth:1', '=tenth:2', '=tenth:3', '=tenth:4', '=tenth:5', '=tenth:6', '=tenth:7',
                  '=tenth:8', '=tenth:9', '=tenth:10'])[:CAST(floor(score * 100) AS integer) / 10 + 1]
        || (ARRAY['=origins:1', '=origins:2', '=origins:3', '=origins:4', '=origins:5', '=origins:6', '=origins:7',
                  '=origins:8', '=origins:9', '=origins:10'])[:origins]
        || string_to_array('=language:' || array_to_string(languages, ' =language:'), ' ')
        || string_to_array('=event_type:' || array_to_string(event_types, ' =event_type:'), ' ')
        || string_to_array('=direction:' || array_to_string(directions, ' =direction:'), ' ')
        || string_to_array('=modality:' || array_to_string(modalities, ' =modality:'), ' ')
        || string_to_array('=source:' || array_to_string(sources, ' =source:'), ' ')
    );
END $$;
