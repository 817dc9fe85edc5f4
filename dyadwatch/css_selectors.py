"""CSS selectors that operators write, compiled within a bound."""

from functools import lru_cache

import soupsieve

from dyadwatch.errors import InvalidInput

MAX_LENGTH = 500  # characters


@lru_cache(maxsize=256)
def compile_selector(selector: str) -> soupsieve.SoupSieve:
    """Raises InvalidInput (bad_selector) for what is too long or no CSS."""
    if len(selector) > MAX_LENGTH:
        raise InvalidInput(
            f"a selector has at most {MAX_LENGTH} characters: {selector[:60]}...", code="bad_selector"
        )
    try:
        return soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:
        reason = str(error).partition("\n")[0]  # then follows a drawing of the place
        raise InvalidInput(f"{selector!r} is not a CSS selector: {reason}", code="bad_selector") from error
