"""What other rooms' pages show of how a referrer wants to hear."""

from __future__ import annotations

from typing import Any

from django import template

from passalong.contacts.models import Contact
from passalong.introductions.acts import ACTS
from passalong.introductions.models import Introduction
from passalong.introductions.selectors import hearing, own

register = template.Library()


@register.inclusion_tag("introductions/_hearing.html")
def hearing_of(person: Contact) -> dict[str, Any]:
    """What they chose, and when they last opened their own page: for the person's page."""
    return {"person": person, "shown": hearing.at_desk(person)}


@register.inclusion_tag("introductions/_said.html")
def said_of(introduction: Introduction) -> dict[str, Any]:
    """What referrers said of it on their own pages and what did not move it: for the introduction's page."""
    return {"said": [(one, ACTS[one.act].done) for one in own.said_apart(introduction)]}
