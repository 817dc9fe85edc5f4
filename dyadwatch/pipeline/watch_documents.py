"""Watch documents that somebody wrote, read within bounds."""

from typing import Any

import orjson
import yaml

from dyadwatch.errors import FieldError, InvalidInput, TooCostly
from dyadwatch.sandbox import Sandbox
from dyadwatch.tagging.watches import watch_texts


def read(
    sandbox: Sandbox, text: str, *, until: float, name: str, code: str = "document_malformed"
) -> dict[str, Any]:
    """The document of a text in YAML, of which JSON is a part, unchecked, read by `until` (`time.monotonic`).
    `name` says what it is. Raises InvalidInput with this code."""
    try:
        document = orjson.loads(sandbox.call_until(until, watch_texts.expand, text))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        detail = f"is neither JSON nor YAML: {error}"
    except TooCostly as error:
        detail = f"cannot be read: {error.detail}"
    else:
        if isinstance(document, dict):
            return document
        detail = "holds no mapping"
    raise InvalidInput(f"{name} {detail}", errors=[FieldError("", detail, code)], code=code)
