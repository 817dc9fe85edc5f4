"""The Model Context Protocol: tools and resources for language models, over HTTP at /mcp and over standard
input and output (`service.stdio`).

A tool is a request to the REST API of the same process with the caller's key, so that keys, scopes, limits,
filters and errors are those of the API. Only `server` and `endpoint` import the package `mcp`, which is an
extra and takes some 60 MB: they do so when it is first used.
"""
