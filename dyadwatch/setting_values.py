"""How the text of a variable becomes the value of a setting; what is malformed raises ValueError."""

import base64
import os
import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from dyadwatch.broker_urls import BrokerUrl
from dyadwatch.model.oidc import read_rules

_SECRET_KEY_BYTES = 32
_NO_HOST = re.compile(r"[\s/]")

Network = IPv4Network | IPv6Network


def split(text: str) -> tuple[str, ...]:
    """The values between the commas, without empty ones."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_texts(value: object) -> object:
    """A list with commas; what is none any more stays."""
    return split(value) if isinstance(value, str) else value


def read_networks(value: object) -> object:
    """A list of networks (CIDR); a single address is a network too."""
    return tuple(ip_network(part) for part in split(value)) if isinstance(value, str) else value


def read_numbers(value: object) -> object:
    """A list of numbers, still as texts, in which an empty one is a fault."""
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


def url_read_by(read: Callable[[str], BrokerUrl]) -> AfterValidator:
    """Checks a broker's URL, and that the files which it names are there."""

    def check(value: SecretStr) -> SecretStr:
        for option, path in read(value.get_secret_value()).files.items():
            if not os.access(path, os.R_OK):
                raise ValueError(f"the file of {option} is not there or cannot be read")
        return value

    return AfterValidator(check)


def checked_by(check: Callable[[str], object]) -> AfterValidator:
    """Checks what a secret holds by a function that raises ValueError."""

    def apply(value: SecretStr) -> SecretStr:
        check(value.get_secret_value())
        return value

    return AfterValidator(apply)


def check_bind(value: str) -> str:
    """An address with its port."""
    host, _, port = value.rpartition(":")
    if (
        not host
        or not port.isascii()
        or not port.isdigit()
        or not 0 < int(port) < 65_536
        or _NO_HOST.search(host)
    ):
        raise ValueError("not an address and a port from 1 to 65535, as 127.0.0.1:8710 or [::]:8710")
    return value


def check_secret_keys(value: SecretStr) -> SecretStr:
    """Keys of Fernet, with commas between."""
    for key in value.get_secret_value().split(","):
        try:
            length = len(base64.urlsafe_b64decode(key.strip()))
        except ValueError:
            length = 0
        if length != _SECRET_KEY_BYTES:
            raise ValueError("not keys as `dyadwatch secrets new-key` makes them, with commas between")
    return value


def check_proxy(value: SecretStr) -> SecretStr:
    """The URL of an HTTP proxy."""
    url = urlsplit(value.get_secret_value())
    if url.scheme != "http" or not url.hostname or not url.port or url.path not in {"", "/"}:
        raise ValueError("not of the form http://[user:password@]host:port")
    return value


def check_rules(value: tuple[str, ...]) -> tuple[str, ...]:
    """Which scopes the values of a claim give."""
    read_rules(value)
    return value
