"""The Celery entry point: processes, queues, the schedule and signals, and nothing else of Celery.

A message says only "step X has work": the rows are the truth, so a message may be lost or repeated. No result
backend, no retries, no ETA, no late acknowledgement; a task's body is one line. Everything else lives in
`dyadwatch`.
"""
