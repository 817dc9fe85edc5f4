"""Sealing: secrets that we must be able to read again are stored encrypted, by keys that are not in the
database. Without keys they are stored as they are; those stored before there were keys stay so."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection

from dyadwatch.errors import SecretUnreadable

_MARK = "sealed:"  # no secret that is stored begins with it


def new_key() -> str:
    """A fresh key for DYADWATCH_SECRET_KEYS."""
    return Fernet.generate_key().decode("ascii")


class Sealing:
    """Seals with the first of the keys, and opens what any of them sealed."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._keys = MultiFernet([Fernet(key) for key in keys]) if keys else None

    @property
    def is_on(self) -> bool:
        return self._keys is not None

    def seal(self, secret: str) -> str:
        """What is stored for a secret."""
        return secret if self._keys is None else _MARK + self._keys.encrypt(secret.encode()).decode("ascii")

    def open(self, stored: str) -> str:
        """The secret. Raises SecretUnreadable where none of the keys has sealed it."""
        if not stored.startswith(_MARK):
            return stored
        try:
            if self._keys is not None:
                return self._keys.decrypt(stored.removeprefix(_MARK)).decode()
        except InvalidToken:
            pass
        raise SecretUnreadable("A secret was sealed with a key that DYADWATCH_SECRET_KEYS does not name")


def of(db: Connection) -> Sealing:
    """The sealing of the store that the transaction is of."""
    sealing: Sealing = db.get_execution_options()["sealing"]
    return sealing
