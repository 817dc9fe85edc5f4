"""`python -m service`: prints the OpenAPI document."""

import sys

import orjson

from service.app import OPERATIONS
from service.rest import openapi

if __name__ == "__main__":
    document = orjson.dumps(openapi.build(OPERATIONS), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    sys.stdout.buffer.write(document)
