"""Signing in at an OpenID provider."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dyadwatch.model.keys import SCOPES, Scope

EVERYBODY = "*"
CALLBACK = "/login/oidc/callback"  # where people come back to, below the public URL


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way. The browser keeps it while the person is at the provider: `state` ties the way
    back to it, `nonce` the ID token, `verifier` the code (PKCE, RFC 7636)."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider has signed in: `subject` is theirs at the `issuer` for ever; `person` is their verified
    mail address, or else the subject."""

    issuer: str
    subject: str
    person: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """Who has `value` in the claim that is looked at has the scope; EVERYBODY is whoever has signed in."""

    value: str
    scope: Scope


def read_rules(texts: Sequence[str]) -> tuple[ScopeRule, ...]:
    """Rules of the form VALUE=SCOPE. Raises ValueError."""
    rules = []
    for text in texts:
        value, _, scope = (part.strip() for part in text.rpartition("="))
        if not value or scope not in SCOPES:
            raise ValueError(f"not of the form VALUE=SCOPE, with a scope of {', '.join(SCOPES)}: {text}")
        rules.append(ScopeRule(value, scope))
    return tuple(rules)


def scopes_of(claims: Mapping[str, Any], claim: str, rules: Collection[ScopeRule]) -> tuple[Scope, ...]:
    """The scopes that claims give: `claim` names one, with dots where it is within another, whose value is a
    text or a list of texts."""
    value: Any = claims
    for name in [claim] if claim in claims else claim.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    values = {item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}
    earned = {rule.scope for rule in rules if rule.value in values or rule.value == EVERYBODY}
    return tuple(scope for scope in SCOPES if scope in earned)
