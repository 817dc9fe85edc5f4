"""Publishers: who stands behind sources, credits and addresses."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publisher:
    """What is known of a publisher, null where it is not. `names` are what it is called, the first of them
    shown; `domains` its sites; `agency`: others publish its texts as wire copy; `side` is a word for
    filtering. `state_control` is "editorial" (a state directs what it says), "funding" (a state pays for it)
    or "none". The reports of one `family` are not independent of each other. `references` tell for each fact
    where it can be checked."""

    slug: str
    names: tuple[str, ...]
    domains: tuple[str, ...]
    agency: bool
    side: str
    country: str | None
    ownership: str | None
    state_control: str | None
    family: str
    references: Mapping[str, str]
