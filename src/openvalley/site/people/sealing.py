"""Secrets of second factors stand sealed in the database: whoever gets a copy of it alone can sign in as nobody.

Sealed with Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec) of the `cryptography` package, under a
key that HKDF-SHA256 (RFC 5869) derives from the site's secret key. Where that key changes, earlier ones may be named
(`OPENVALLEY_EARLIER_KEYS`); what they sealed is read, and sealed anew by `openvalley people reseal`.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from openvalley.errors import SecondFactorUnreadable

#: What a sealed secret begins with; one without was kept before secrets were sealed.
MARK = "sealed:"
#: What the derived key is for: another use of the same secret key derives another one.
_PURPOSE = b"openvalley second factor"
_KEY_BYTES = 32
#: Where in an entry of allauth secrets stand.
_SECRETS = ("secret", "seed", "migrated_codes")


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """How allauth keeps the secrets of second factors."""

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return opened(encrypted_text)


def seal(text: str) -> str:
    """Seal a secret with the current key."""
    return MARK + _sealer(settings.SECRET_KEY, ()).encrypt(text.encode()).decode("ascii")


def opened(kept: str) -> str:
    """Return a secret as it was before it was sealed.

    Raises:
        SecondFactorUnreadable: neither the current key nor an earlier one that is named has sealed it.

    """
    if not kept.startswith(MARK):
        return kept
    sealer = _sealer(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS))
    try:
        return sealer.decrypt(kept.removeprefix(MARK).encode()).decode()
    except InvalidToken as problem:
        raise SecondFactorUnreadable(
            "A second factor was sealed with another secret key than this site's.",
            hint="Name the earlier key in OPENVALLEY_EARLIER_KEYS, or switch the factor off with `openvalley people "
                 "drop-second-factor EMAIL`.") from problem


@lru_cache(maxsize=8)
def _sealer(current: str, earlier: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in (current, *earlier)])


def _derived(key: str) -> bytes:
    found = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(key.encode())
    return urlsafe_b64encode(found)


def reseal(entries: Iterable[Any]) -> tuple[int, int]:
    """Seal all secrets of entries (of allauth's model) with the current key; return how many were, and could not be."""
    done = unreadable = 0
    for entry in entries:
        try:
            entry.data = {name: _anew(value) if name in _SECRETS else value for name, value in entry.data.items()}
        except SecondFactorUnreadable:
            unreadable += 1
        else:
            entry.save(update_fields=["data"])
            done += 1
    return done, unreadable


def _anew(value: Any) -> Any:  # noqa: ANN401 - a text or a list of them, as allauth keeps it
    if isinstance(value, list):
        return [_anew(one) for one in value]
    return seal(opened(value)) if isinstance(value, str) else value
