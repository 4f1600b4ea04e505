"""What the ledger keeps of a value: a digest that says whether it is the same, and nothing else.

A token has too much entropy to be guessed from any digest. What goes by a name alone may be a
password, so that each guess is made to cost half a second of a processor and 128 MiB: the
parameters are those that OWASP asks for passwords
(https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt). A key
that only its owners have makes guessing useless altogether.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import MutableMapping

KEY = "INTERCOM_SCAN_LEDGER_KEY"
SHORTEST_KEY = 16  # bytes
SALT_BYTES = 16
_N, _R, _P = 2**17, 8, 1
_ROOM = 2**28  # bytes: twice what these take, which OpenSSL would refuse
_CONTEXT = b"intercom-scan-rotation:1:"


@dataclass(frozen=True, slots=True)
class Digest:
    """Makes fingerprints of one ledger; `salt` is in hexadecimal digits and public.

    One salt serves all of a ledger, so that the same value in two environments shows.
    """

    salt: str
    key: bytes | None = field(default=None, repr=False)

    def fingerprint(self, value: bytes) -> str:
        """32 hexadecimal digits for a canonical value. Takes half a second and 128 MiB."""
        return self._slow(b"value:" + value)

    @property
    def key_check(self) -> str | None:
        """What tells a wrong key from a changed value; None without a key."""
        return None if self.key is None else self._slow(b"key")

    def _slow(self, message: bytes) -> str:
        import hashlib  # noqa: PLC0415 OpenSSL, which a check of dates does not need
        import hmac  # noqa: PLC0415

        material = message if self.key is None else hmac.digest(self.key, message, "sha256")
        salt = _CONTEXT + bytes.fromhex(self.salt)
        return hashlib.scrypt(material, salt=salt, n=_N, r=_R, p=_P, maxmem=_ROOM, dklen=16).hex()


def fresh(key: bytes | None) -> Digest:
    """One with a new salt."""
    return Digest(secrets.token_hex(SALT_BYTES), key)


def matching(salt: str, key_check: str | None, key: bytes | None) -> Digest:
    """The digest of a ledger with this salt and check of its key.

    Raises UsageError where the ledger was begun with another key, without one, or with one and
    none is given: all values would look as if they had been rotated.
    """
    made = Digest(salt, key)
    if key_check is None and key is not None:
        raise UsageError(f"the ledger was begun without a key: unset {KEY}")
    if key_check is not None and key is None:
        raise UsageError(f"the ledger was begun with a key: set {KEY} to it")
    if made.key_check != key_check:
        raise UsageError(f"the ledger was begun with another key than {KEY} has")
    return made


def key_of(environment: MutableMapping[str, str]) -> bytes | None:
    """The key, taken out of an environment so that no program that is started is given it.

    Raises UsageError for one of fewer than 16 bytes.
    """
    key = os.fsencode(environment.pop(KEY, ""))
    if not key:
        return None
    if len(key) < SHORTEST_KEY:
        raise UsageError(f"{KEY} is too short: use at least {SHORTEST_KEY} random bytes")
    return key
