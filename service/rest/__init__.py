"""The REST API under /v1: operations as data, one file per resource, and the OpenAPI document made from them.

A handler validates, calls one function below and answers. No rule about news and no SQL lives here.
"""
