"""The queues' door: Celery, and nothing else of it than processes, queues, schedule and signals.

A message says only "step X has work": the rows are the truth, so a message may be lost or repeated. No result
backend, no retries, no ETA, no late acknowledgement; a task's body is one line. Thoughts live in `dyadwatch`.
"""
