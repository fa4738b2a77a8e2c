"""doctor on mail that comes in: the mailbox, and what the DNS says about the domain messages come from."""

from __future__ import annotations

from django.conf import settings

from passalong.cli.doctor import Check


def check_mailbox() -> Check:
    """Whether answers can be read."""
    from passalong.mail import imap

    try:
        account = imap.account()
        if account is None:
            return Check("mailbox", "ok", "No mailbox is named (IMAP_URL): answers are not shown here.")
        with imap.opened(account) as box:
            many = len(imap.numbers(box, "ALL"))
    except imap.Unreadable as error:
        return Check("mailbox", "warning", f"{error} It is tried again every two minutes.")
    return Check("mailbox", "ok", f"{account.host} answers; {many:,} messages are there.")


def check_domain() -> Check:
    """Whether receivers will believe our messages."""
    from passalong.mail.services import domain

    name = domain.own_domain()
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") or domain.is_only_tried(name):
        return Check("mail domain", "ok", "Nothing is sent to others yet, so nothing was asked of the DNS.")
    found = domain.examine()
    bad = [one for one in found if one.state == "bad"]
    if bad:
        words = " ".join(f"{one.name}: {one.say}" for one in bad)
        return Check("mail domain", "warning", f"{words} The records to publish stand under Settings, Mail.")
    unknown = [one.name for one in found if one.state == "unknown"]
    if unknown:
        return Check("mail domain", "warning", f"The name service did not answer about {', '.join(unknown)}.")
    return Check("mail domain", "ok", f"SPF, DKIM and DMARC of {name} are as they should be, as far as they are set.")
