"""Named reads on requests and on the links people ask by."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.contacts.person import people_at, person_of_address
from passalong.core import clock, erasing
from passalong.core.ids import digest, is_token
from passalong.core.person import Held, Person
from passalong.privacy.models import PrivacyLink, PrivacyRequest, RequestState


def link_digest(token: str) -> str:
    """What is kept of a link's secret: bound to its purpose, so that a token made for another never opens it."""
    return digest(f"privacy link:{token}")


def page_digest(token: str) -> str:
    """What is kept of the secret that stands in an open page."""
    return digest(f"privacy page:{token}")


def link_of(token: str) -> PrivacyLink | None:
    """The link this secret opens now; None when it never was one, has ended, or its person is forgotten."""
    if not is_token(token):
        return None
    found = PrivacyLink.objects.select_related("practice", "contact")
    return found.filter(token_digest=link_digest(token), expires_at__gt=clock.now()).first()


def is_page_open(link: PrivacyLink, page: str) -> bool:
    """Whether this secret stands in the page that was opened last by this link, not long ago."""
    if not is_token(page) or link.page_until is None:
        return False
    return link.page_digest == page_digest(page) and clock.now() < link.page_until


def people_behind(link: PrivacyLink) -> list[Contact]:
    """Everybody on file who has the link's address now: that address is all the link proves."""
    return people_at(link.practice, link.email)


def whose(link: PrivacyLink) -> Contact | None:
    """The one person on file who has it. None where several share it, or nobody on file has it."""
    found = people_behind(link)
    return found[0] if len(found) == 1 else None


def person_behind(link: PrivacyLink) -> Person | None:
    """Whoever may act by this link. None where the address belongs to several: then it proves to be none of them."""
    if len(people_behind(link)) > 1:
        return None
    return person_of_address(link.practice, link.email)


def held_by(person: Person) -> list[Held]:
    """Everything that is kept about the person, in their words."""
    return erasing.held_about(person)


def practices() -> QuerySet[Practice]:
    """Practices that answer outsiders: the demo only while it is alone here, so that it can be tried."""
    own = Practice.objects.filter(is_demo=False)
    return (own if own.exists() else Practice.objects.all()).order_by("name", "pk")


def practice_at(public_id: str) -> Practice:
    """One of them, or the demo by its own address; raises Practice.DoesNotExist."""
    return Practice.objects.get(public_id=public_id)


def requests(practice: Practice, *, waiting: bool = False) -> QuerySet[PrivacyRequest]:
    """Requests, those that wait first by their due date, then the newest."""
    found = PrivacyRequest.objects.filter(practice=practice).select_related("contact")
    if waiting:
        return found.filter(state=RequestState.WAITING).order_by("due_on", "pk")
    return found.order_by("-created_at", "-pk")


def request(practice: Practice, public_id: str) -> PrivacyRequest:
    """One request; raises PrivacyRequest.DoesNotExist for another practice's."""
    return PrivacyRequest.objects.select_related("contact", "practice").get(practice=practice, public_id=public_id)


def sharing(asked: PrivacyRequest) -> list[Contact]:
    """Whoever the request may be from, where several people have the address it came by."""
    return people_at(asked.practice, asked.email) if asked.email and asked.contact is None else []


def waiting_count(practice: Practice) -> int:
    """How many wait for a person."""
    return requests(practice, waiting=True).count()


def overdue(practice: Practice) -> QuerySet[PrivacyRequest]:
    """Those whose month is over."""
    return requests(practice, waiting=True).filter(due_on__lt=clock.today())


def month_after(day: date) -> date:
    """The same day of the next month, or its last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise ValueError(day)


def contact(practice: Practice, public_id: str) -> Contact:
    """One person on file; raises Contact.DoesNotExist for another practice's."""
    return Contact.objects.select_related("practice").get(practice=practice, public_id=public_id)
