-- What the runs of each step have come to since the installation began, over all workers.
CREATE TABLE IF NOT EXISTS worker_steps (
    step text PRIMARY KEY,
    runs bigint NOT NULL,
    failures bigint NOT NULL,
    worked bigint NOT NULL,
    seconds double precision NOT NULL,
    ran_at timestamptz NOT NULL
);
-- When each worker process last ran each of its steps. Those that are gone leave a row for a day.
CREATE TABLE IF NOT EXISTS worker_processes (
    process text NOT NULL,
    step text NOT NULL,
    ran_at timestamptz NOT NULL,
    PRIMARY KEY (process, step)
);
