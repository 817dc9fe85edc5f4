"""The REST API under /v1: one module per resource with its views and the table of its operations.

`operations` runs a view, `requests` checks what comes in, `responses` and
`problems` serialise what goes out, `openapi` describes it all. A view validates and
calls one function of the packages below; no rule about news and no SQL lives here.
"""
