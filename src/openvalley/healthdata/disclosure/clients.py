"""Who asks: keys are random, and only their hashes stand in the policy file."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import date

from openvalley.errors import Refused
from openvalley.healthdata.disclosure.policy import Client

#: Random bytes of a key: 256 bits, so that its plain hash cannot be searched.
_BYTES = 32


def new_key() -> str:
    """Return a new key."""
    return secrets.token_urlsafe(_BYTES)


def hashed(key: str) -> str:
    """Return what the policy file holds of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def client_of(key: str | None, clients: Sequence[Client], today: date) -> Client:
    """Return whose key this is.

    Raises:
        Refused: nobody's, or it has expired.

    """
    told = hashed(key or "")
    found = [client for client in clients if hmac.compare_digest(client.key_sha256, told)]
    if not found or not key:
        raise Refused("This node answers clients that its hospital knows.", status=401,
                      hint="Send your key as: Authorization: Bearer KEY")
    if found[0].until and today > found[0].until:
        raise Refused(f"The key of {found[0].id} could be used until {found[0].until}.", status=401,
                      hint="Ask the hospital for a new one.")
    return found[0]
