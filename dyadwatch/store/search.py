"""Searching for words."""

from sqlalchemy import Connection, text

from dyadwatch.errors import FieldError, InvalidInput

# What of the query an index can look for: nothing of an empty one, T (anything) of one that only excludes.
_INDEXED_PART = text("SELECT querytree(websearch_to_tsquery('simple', :q))")


def check(db: Connection, q: str) -> None:
    """Raises InvalidInput `search_unbounded` where a search would have to look at every row, since it names
    only words to leave out."""
    if db.execute(_INDEXED_PART, {"q": q}).scalar_one() == "T":
        detail = "must name a word to look for, not only words to leave out"
        error = FieldError("/q", detail, "search_unbounded")
        raise InvalidInput(f"`q` {detail}.", errors=[error], code="query_invalid")
