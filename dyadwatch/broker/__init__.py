"""The broker: everything that dyadwatch itself says to Redis or Valkey.

Nothing kept there is needed again: it may be emptied or missing at any moment, and every function here has an answer
for that. Celery's own traffic belongs to `workers`.
"""
