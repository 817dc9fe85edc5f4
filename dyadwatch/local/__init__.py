"""`dyadwatch up`: everything on one machine, as one supervised tree that starts, speaks and ends as one.

`command` is the story; `supervisor` keeps parts running, `servers` knows our own PostgreSQL and Valkey, `house` the data
directory, `relay` what is shown, `lifeline` what a part is started through. The supervisor stays small: it loads neither
the database's libraries nor the doors.
"""
