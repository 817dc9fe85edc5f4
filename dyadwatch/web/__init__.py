"""The only HTTP client, and the only one of mail servers: every request out passes here, and is checked for
where it leads.

Here live the rules on addresses, the bounded look-up of names, sockets with a total timeout, `Client` and
`MailServer`. Nothing here knows feeds, articles or webhooks, decides on retries, keeps cookies beyond a chain
of redirects, or reads the environment.
"""

from dyadwatch.web.client import Client
from dyadwatch.web.mail import MailServer

__all__ = ["Client", "MailServer"]
