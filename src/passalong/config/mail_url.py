"""How mail leaves, read from one URL: a mail server, or a provider's interface. Errors never repeat the secret."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILE = "django.core.mail.backends.filebased.EmailBackend"
# scheme: (default port, TLS from the first byte, TLS after STARTTLS)
SERVERS = {
    "smtp": (25, False, False),
    "smtps": (465, True, False),
    "smtp+ssl": (465, True, False),
    "smtp+tls": (587, False, True),
    "submission": (587, False, True),
}
# scheme: (backend of django-anymail, names of the settings that user and password of the URL are)
PROVIDERS = {
    "postmark": ("postmark", ("POSTMARK_SERVER_TOKEN",)),
    "mailgun": ("mailgun", ("MAILGUN_API_KEY",)),
    "resend": ("resend", ("RESEND_API_KEY",)),
    "brevo": ("brevo", ("BREVO_API_KEY",)),
    "mailjet": ("mailjet", ("MAILJET_API_KEY", "MAILJET_SECRET_KEY")),
}


class MailUrlError(ValueError):
    """EMAIL_URL cannot be read. Its words hold nothing of the URL but scheme and host."""


def email_settings(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings, or anymail's, from a URL such as smtp+tls://user:password@host:587; empty: none."""
    if not url:
        return {}
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise MailUrlError("EMAIL_URL is no address: check its port and its brackets.") from None
    if parts.scheme in SERVERS:
        return _server(parts, port)
    if parts.scheme in PROVIDERS:
        return _provider(parts)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": FILE} | ({"EMAIL_FILE_PATH": parts.path} if parts.path.strip("/") else {})
    known = ", ".join([*SERVERS, *PROVIDERS, "file"])
    raise MailUrlError(f"EMAIL_URL begins with “{parts.scheme[:20]}”, which is not known. Known: {known}.")


def _server(parts: SplitResult, port: int | None) -> dict[str, Any]:
    if not parts.hostname:
        raise MailUrlError(f"EMAIL_URL names no host: {parts.scheme}://user:password@host:port.")
    usual, is_ssl, is_tls = SERVERS[parts.scheme]
    asked = parse_qs(parts.query)
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or usual,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_ssl or asked.get("ssl") == ["True"],
        "EMAIL_USE_TLS": is_tls or asked.get("tls") == ["True"],
    }


def _provider(parts: SplitResult) -> dict[str, Any]:
    backend, names = PROVIDERS[parts.scheme]
    given = [unquote(one) for one in (parts.username, parts.password) if one]
    if len(given) < len(names):
        pattern = ":".join(name.lower() for name in names)
        raise MailUrlError(f"EMAIL_URL holds too few keys: {parts.scheme}://{pattern}@…")
    anymail: dict[str, Any] = dict(zip(names, given, strict=False)) | {"REQUESTS_TIMEOUT": 30}
    host = parts.hostname or ""
    if parts.scheme == "mailgun":
        if not host:
            raise MailUrlError("EMAIL_URL names no domain: mailgun://key@your-domain.")
        anymail["MAILGUN_SENDER_DOMAIN"] = host
    if address := parse_qs(parts.query).get("api"):  # another region of the provider, or its stand-in in tests
        anymail[f"{parts.scheme.upper()}_API_URL"] = address[0]
    return {"EMAIL_BACKEND": f"anymail.backends.{backend}.EmailBackend", "ANYMAIL": anymail}
