"""Everything on one machine: `dyadwatch up` starts the servers,
web, workers and scheduler and ends them together.

`up` is the command, `supervisor` keeps processes running, `servers` sets up a PostgreSQL and a Valkey of our
own, `data_dir` is the directory they live in, `demo` a made-up newsroom. The supervising process stays small:
it imports neither the database's libraries nor Flask nor Celery.
"""
