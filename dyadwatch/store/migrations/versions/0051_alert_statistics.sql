-- Without these PostgreSQL expects few alerts to have a value that most have, and reads the table whole for a
-- list in another order. They are filled by the next ANALYZE, which autovacuum does.
CREATE STATISTICS alerts_directions ON (alert_values(document, 'direction')) FROM alerts;
CREATE STATISTICS alerts_modalities ON (alert_values(document, 'modality')) FROM alerts;
CREATE STATISTICS alerts_origins ON (alert_origins(document)) FROM alerts;
CREATE STATISTICS alerts_verdicts ON (alert_verdict(document)) FROM alerts;
