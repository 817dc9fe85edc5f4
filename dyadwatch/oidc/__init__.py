"""Signing in at an OpenID provider (OpenID Connect Core 1.0, authorization code flow with PKCE).

Here live the requests to the provider, all by the HTTP client of `web`, and the checks of what it answers.
Sessions, keys and pages are of others; without the extra `oidc` nothing here can be used.
"""

from dyadwatch.oidc.provider import Provider, is_installed

__all__ = ["Provider", "is_installed"]
