"""What a mail provider tells by calling us: delivered, came back, reported, left, and messages that arrived there.

django-anymail reads each provider's form. Whoever calls knows the secret of the address; even so an event concerns only
the recipient of the message of ours that it names, and the same event twice is one event.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailError
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from passalong.accounts.models import Practice
from passalong.core.keyed import keyed_hash
from passalong.mail import grammar
from passalong.mail.models import Message, SuppressionReason
from passalong.mail.services import bounces, receiving
from passalong.mail.services.suppression import suppress

# provider -> its name in anymail's classes; further words for making them. The address's secret stands for signatures.
PROVIDERS: dict[str, tuple[str, dict[str, str]]] = {
    "brevo": ("Brevo", {}),
    "mailgun": ("Mailgun", {"webhook_signing_key": "-"}),
    "mailjet": ("Mailjet", {}),
    "postmark": ("Postmark", {}),
    "sparkpost": ("SparkPost", {}),
}
ARRIVED = "-inbound"
_RAW_FIELDS = {"mailgun-inbound": "body-mime"}
_BOUNCES = {"bounced": "hard", "rejected": "soft", "failed": "soft", "deferred": ""}
MOST_EVENTS = 1000
# What anymail's readers raise for bodies that are not of the provider's form.
_ODD = (LookupError, TypeError, AttributeError, AssertionError, RecursionError, AnymailError, ImproperlyConfigured)


def is_known(provider: str) -> bool:
    """Whether there is an address for this provider."""
    return provider.removesuffix(ARRIVED) in PROVIDERS


def take(provider: str, request: HttpRequest) -> int:
    """Take in what a provider posted; how many events concerned us. Raises ValueError for what is not of its form."""
    try:
        if provider.endswith(ARRIVED):
            return _arrived(provider, request)
        with transaction.atomic():  # all of a call or nothing: the provider calls again
            return sum(_tracked(event) for event in _events(provider, "Tracking", request))
    except _ODD as error:
        raise ValueError(type(error).__name__) from error


def _events(provider: str, kind: str, request: HttpRequest) -> list[Any]:
    name = provider.removesuffix(ARRIVED)
    written, more = PROVIDERS[name]
    view = getattr(import_module(f"anymail.webhooks.{name}"), f"{written}{kind}WebhookView")
    made = view(webhook_secret=["-"], **(more if kind == "Tracking" or name == "mailgun" else {}))
    return list(made.parse_events(request))[:MOST_EVENTS]


def _arrived(provider: str, request: HttpRequest) -> int:
    """Each message in a transaction of its own: a signature may make us ask a slow name service meanwhile."""
    return sum(
        receiving.receive(None, raw, via=provider.removesuffix(ARRIVED)) is not None for raw in _raw(provider, request)
    )


def _raw(provider: str, request: HttpRequest) -> Iterable[bytes]:
    """The bytes as they came, where the provider gives them: put together anew a signature fits no more, and somebody
    has to look."""
    if provider == "postmark-inbound":
        told = json.loads(request.body)
        if isinstance(told, dict) and told.get("RawEmail"):
            return [str(told["RawEmail"]).encode("utf-8", "surrogateescape")]
    field = _RAW_FIELDS.get(provider, "")
    if field and field in request.POST:
        return [request.POST[field].encode("utf-8", "surrogateescape")]
    return [event.message.as_bytes() for event in _events(provider, "Inbound", request) if event.message is not None]


def _tracked(event: Any) -> bool:
    kind = str(event.event_type or "")
    if kind not in (*_BOUNCES, "complained", "unsubscribed"):
        return False
    message = _message(str(event.message_id or ""), str(event.recipient or ""))
    if message is None:
        return False
    if kind == "complained":
        return bounces.note(message, "complaint")
    if kind == "unsubscribed":
        suppress(
            message.practice_id,
            message.address_key,
            scope=message.list_scope or "all",
            reason=SuppressionReason.UNSUBSCRIBED,
            message=message,
        )
        return True
    weight = _weight(kind, event)
    return bool(weight) and bounces.note(message, weight, said=str(event.mta_response or event.description or ""))


def _weight(kind: str, event: Any) -> str:
    """Providers call what a spam filter turned away a bounce as well: only an address that is gone is hard."""
    if kind == "bounced" and str(event.reject_reason or "bounced") not in ("bounced", "invalid"):
        return "soft"
    if kind == "rejected" and str(event.reject_reason or "") == "invalid":
        return "hard"
    return _BOUNCES[kind]


def _message(named: str, recipient: str) -> Message | None:
    """The message of ours to this recipient that the provider, or we ourselves, know by this id."""
    forms = grammar.forms(recipient)
    if not named or not forms:
        return None
    plain = named.strip("<>")
    keys = [keyed_hash(pk, form) for pk in Practice.objects.values_list("pk", flat=True) for form in forms]
    known = Q(message_id=f"<{plain}>") | Q(answer__in=(f"accepted as {named}"[:300], f"accepted as {plain}"[:300]))
    return Message.objects.filter(known, address_key__in=keys).select_related("practice").first()
