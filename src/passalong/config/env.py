"""The typed environment: every setting a host can give, in one place."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import environs


@dataclass(frozen=True, slots=True)
class Environment:
    """What the host has set, with defaults.

    data: folder of everything that must be kept. database_url: empty for SQLite in the data folder.
    public_url: where outsiders reach this server, empty while it is only for trying. proxies: addresses or networks
    whose X-Forwarded-For is believed. clock_offset: seconds, for the demo and tests only. privacy_key: recognises
    people who were erased or asked not to be written to. mail_inbox: address whose answers are read; mail_bounce: where
    mail comes back to that cannot be delivered; mail_undo: seconds in which a message sent from the desk can be taken
    back; dkim_key: private key in PEM; imap_url: mailbox that is read; imap_done: folder what was read is moved to;
    oauth_*: the practice's own client at its mail provider; mail_trusted: server whose Authentication-Results are
    believed; hook_secret: part of the address providers call. dns: address:port of the resolver to ask, empty for the
    machine's own. outbound_allow: addresses or networks, not public, where an address that a member gives may lead.
    whisper_model: folder of a speech recogniser's model, empty: none.
    """

    data: Path
    database_url: str
    public_url: str
    proxies: list[str]
    debug: bool
    clock_offset: int
    email_url: str
    mail_from: str
    mail_inbox: str
    mail_bounce: str
    mail_undo: int
    dkim_selector: str
    dkim_key: str
    imap_url: str
    imap_done: str
    oauth_client: str
    oauth_secret: str
    oauth_refresh: str
    oauth_url: str
    mail_trusted: str
    hook_secret: str
    time_zone: str
    language: str
    secret_key: str
    privacy_key: str
    dns: str
    outbound_allow: list[str]
    whisper_model: str


def _secret_from_file(path: Path) -> str:
    """The key in `path`, made on first use and readable by its owner alone."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was faster: its key is the one
            os.link(fresh, path)
        fresh.unlink()
        return path.read_text().strip()


def _secret(env: environs.Env, name: str) -> str:
    """NAME, or what stands in the file NAME_FILE names."""
    path = env.str(f"{name}_FILE", "")
    return Path(path).read_text().strip() if path else env.str(name, "")


def _networks(texts: list[str]) -> list[str]:
    """Addresses and networks, checked."""
    return [str(ip_network(text.strip(), strict=False)) for text in texts if text.strip()]


def read_environment() -> Environment:
    """Read once, at start."""
    env = environs.Env()
    data = Path(env.str("PASSALONG_DATA", "data")).expanduser().resolve()
    return Environment(
        data=data,
        database_url=_secret(env, "DATABASE_URL"),
        public_url=env.str("PUBLIC_URL", "").rstrip("/"),
        proxies=_networks(env.list("PASSALONG_PROXIES", ["127.0.0.1", "::1"])),
        debug=env.bool("PASSALONG_DEBUG", False),
        clock_offset=env.int("PASSALONG_CLOCK_OFFSET", 0),
        email_url=_secret(env, "EMAIL_URL"),
        mail_from=env.str("MAIL_FROM", "passalong@localhost"),
        mail_inbox=env.str("MAIL_INBOX", ""),
        mail_bounce=env.str("MAIL_BOUNCE_ADDRESS", ""),
        mail_undo=env.int("MAIL_UNDO_SECONDS", 20),
        dkim_selector=env.str("MAIL_DKIM_SELECTOR", ""),
        dkim_key=_secret(env, "MAIL_DKIM_KEY"),
        imap_url=_secret(env, "IMAP_URL"),
        imap_done=env.str("IMAP_DONE_FOLDER", ""),
        oauth_client=env.str("MAIL_OAUTH_CLIENT_ID", ""),
        oauth_secret=_secret(env, "MAIL_OAUTH_CLIENT_SECRET"),
        oauth_refresh=_secret(env, "MAIL_OAUTH_REFRESH_TOKEN"),
        oauth_url=env.str("MAIL_OAUTH_TOKEN_URL", ""),
        mail_trusted=env.str("MAIL_TRUSTED_HOST", ""),
        hook_secret=_secret(env, "MAIL_HOOK_SECRET"),
        time_zone=env.str("PASSALONG_TIME_ZONE", "UTC"),
        language=env.str("PASSALONG_LANGUAGE", "en"),
        secret_key=_secret(env, "PASSALONG_SECRET_KEY") or _secret_from_file(data / "secret.key"),
        privacy_key=_secret(env, "PASSALONG_PRIVACY_KEY") or _secret_from_file(data / "privacy.key"),
        dns=env.str("PASSALONG_DNS", ""),
        outbound_allow=_networks(env.list("PASSALONG_OUTBOUND_ALLOW", [])),
        whisper_model=env.str("PASSALONG_WHISPER_MODEL", ""),
    )
