"""What other rooms' pages show of what is owed to a person."""

from __future__ import annotations

from typing import Any

from django import template

from passalong.contacts.models import Contact
from passalong.introductions.selectors import care_page

register = template.Library()


@register.inclusion_tag("introductions/_care.html")
def care_of(person: Contact) -> dict[str, Any]:
    """Open promises, the agreement, what to say next, and whether an ask is due: for the person's page."""
    return {"person": person, "care": care_page.summary_of(person)}
