"""What the site's settings are made of: the secret key, the database address, the hosts it answers to."""

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from openvalley.errors import BadInput
from openvalley.settings import Settings
from openvalley.storage import storage_errors

#: Names under which a server on the own machine is reached.
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
#: Bytes of randomness of a generated key; Django's own generator has fewer.
_KEY_BYTES = 50
#: Seconds for which a thread keeps its connection: public pages ask the database one short question each.
_CONNECTED = 60
_ENGINES = {"postgres": "django.db.backends.postgresql", "postgresql": "django.db.backends.postgresql"}


def site_folder(settings: Settings) -> Path:
    """Return the folder that holds what the site itself keeps: key, database, collected files, catalogues."""
    return settings.home / "site"


def secret_key(settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the key of the environment, else the one of the home folder, else one that ends with this process."""
    given = environment.get("OPENVALLEY_SECRET_KEY")
    if given:
        return given
    try:
        return _key_file(settings).read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_urlsafe(_KEY_BYTES)


def earlier_keys(environment: Mapping[str, str]) -> list[str]:
    """Return the keys that the site had before, of ``OPENVALLEY_EARLIER_KEYS`` (divided by white space)."""
    return environment.get("OPENVALLEY_EARLIER_KEYS", "").split()


def keep_secret_key(settings: Settings) -> None:
    """Make the home folder's key, once, such that only its owner may read it."""
    path = _key_file(settings)
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}-{os.getpid()}")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(_KEY_BYTES))
            with suppress(FileExistsError):
                os.link(fresh, path)  # a key that is there already stands
        finally:
            fresh.unlink(missing_ok=True)


def _key_file(settings: Settings) -> Path:
    return site_folder(settings) / "secret-key"


def database(settings: Settings, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return Django's database entry: SQLite in the home folder, or what ``DATABASE_URL`` names.

    Raises:
        BadInput: the address is of no known kind.

    """
    given = environment.get("DATABASE_URL")
    if not given:
        return _sqlite(site_folder(settings) / "site.sqlite3")
    address = urlsplit(given)
    if address.scheme == "sqlite" and address.path.strip("/"):
        return _sqlite(unquote(address.path[1:]))
    if address.scheme not in _ENGINES or not address.path.strip("/"):
        raise BadInput(
            "DATABASE_URL is not the address of a database we know.",
            hint="Write postgresql://user:password@host:5432/name or sqlite:////absolute/path.sqlite3.",
        )
    return {
        "ENGINE": _ENGINES[address.scheme], "NAME": unquote(address.path[1:]), "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""), "HOST": address.hostname or "", "PORT": str(address.port or ""),
        "CONN_MAX_AGE": _CONNECTED, "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(name: Path | str) -> dict[str, Any]:
    """Return the entry of an SQLite file: readers and one writer at once (WAL), and a writer waits for another."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "CONN_MAX_AGE": _CONNECTED,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}}


def hosts(environment: Mapping[str, str]) -> list[str]:
    """Return the host names that are answered: the own machine's, and those of ``OPENVALLEY_HOSTS`` (by comma)."""
    return [*LOOPBACK, *(name.strip() for name in environment.get("OPENVALLEY_HOSTS", "").split(",") if name.strip())]


def trusted_origins(names: Sequence[str]) -> list[str]:
    """Return the addresses that forms may come from, where a server before this one speaks https in its place."""
    return [f"https://{'*' if name.startswith('.') else ''}{name}" for name in names
            if name not in LOOPBACK and name != "*"]


def mail(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return Django's settings of e-mail: printed where the site runs, or sent by the server of ``EMAIL_URL``.

    ``EMAIL_URL`` is ``smtp://user:password@host:port`` (STARTTLS; ``smtps://`` for TLS from the start), and
    ``OPENVALLEY_MAIL_FROM`` the address that e-mails come from.

    Raises:
        BadInput: the address is of no known kind.

    """
    sender = environment.get("OPENVALLEY_MAIL_FROM") or "OpenValley <openvalley@localhost>"
    told = {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender}
    given = environment.get("EMAIL_URL")
    if not given:
        return {**told, "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    address = urlsplit(given)
    if address.scheme not in {"smtp", "smtps"} or not address.hostname:
        raise BadInput("EMAIL_URL is not the address of a mail server.",
                       hint="Write smtp://user:password@host:587 or smtps://user:password@host:465.")
    direct = address.scheme == "smtps"
    return {
        **told, "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": address.port or (465 if direct else 587), "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""), "EMAIL_USE_SSL": direct,
        "EMAIL_USE_TLS": not direct and address.hostname not in LOOPBACK, "EMAIL_TIMEOUT": 20,
    }


def site_address(environment: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the site's own address: ``OPENVALLEY_ADDRESS``, else its first public name, else the own machine's."""
    given = environment.get("OPENVALLEY_ADDRESS", "").rstrip("/")
    public = [name.lstrip(".") for name in names if name not in LOOPBACK and name != "*"]
    return given or (f"https://{public[0]}" if public else "http://localhost:8000")
