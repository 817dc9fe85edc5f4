"""The Flask door: REST under /v1, its OpenAPI document and docs, health, and the page at /.

A module per noun holds its views and the table of its operations; `operations` runs them, `reading` checks what
comes in, `answers` and `problems` write what goes out. No SQL, no HTTP client, no thought about news lives here.
"""
