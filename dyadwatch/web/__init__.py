"""The only HTTP client: every request out passes it, and is checked for where it leads.

Here live the rules on addresses, the bounded look-up of names, sockets with a total timeout, and `Client`.
Nothing here knows feeds, articles or webhooks, decides on retries, keeps cookies beyond a chain of redirects,
or reads the environment.
"""

from dyadwatch.web.client import Client

__all__ = ["Client"]
