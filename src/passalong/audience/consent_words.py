"""The words somebody agrees to when they ask for the news: shown on the page, asked again by mail, kept as evidence."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice


def asked(practice: Practice) -> str:
    """What stands beside the field for the address."""
    return _(
        "Yes, %(practice)s may send me its news by mail: interviews, guides, and now and then a few words of its own. "
        "I can stop it with one press in every issue."
    ) % {"practice": practice.name}


def confirmed(practice: Practice) -> str:
    """What stands above the button of the page that the mail leads to."""
    return _("Yes, send me the news of %(practice)s.") % {"practice": practice.name}


def letter(practice: Practice, url: str) -> tuple[str, str]:
    """Subject and text of the question to confirm; it asks only that."""
    named = {"practice": practice.name, "url": url}
    text = _(
        "Somebody asked with this address for the news of %(practice)s.\n\n"
        "If it was you, please open this page and press its button:\n%(url)s\n\n"
        "The page works for seven days. If it was not you, do nothing: no news comes, and the address is forgotten."
    )
    return _("Do you want the news of %(practice)s?") % named, text % named


def evidence(practice: Practice, asked_at: datetime, confirmed_at: datetime | None, words: str) -> bytes:
    """The proof as it is kept. words: what was shown when they asked. It names nobody: it hangs on the subscription."""
    lines = [_("Asked on %(when)s, with these words shown:") % {"when": _when(asked_at)}, words]
    if confirmed_at:
        lines += [
            _("Confirmed from the mailbox on %(when)s, with these words shown:") % {"when": _when(confirmed_at)},
            confirmed(practice),
        ]
    return "\n\n".join(lines).encode()


def _when(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")
