"""Sessions of the pages, each of which stands for an API key."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.keys import KeyView


@dataclass(frozen=True, slots=True)
class PageSession:
    """An open session of a browser: its API key, the `form_token` that its forms carry, and when its visit
    before this one ended, None at the first. `new_token` replaces the browser's token, where it is set."""

    key: KeyView
    form_token: str
    last_visit_at: datetime | None
    new_token: str | None = None
