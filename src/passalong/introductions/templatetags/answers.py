"""Where the page of the two questions is, for pages that hand its address on."""

from __future__ import annotations

from django import template

from passalong.accounts.models import Practice
from passalong.introductions.answer_pages import address_for
from passalong.introductions.stages import Who, may

register = template.Library()


@register.simple_tag
def answer_address(practice: Practice, public_id: str) -> str:
    """The whole address of the page of this introduction; empty while the server has none outside."""
    return address_for(practice.pk, public_id)


@register.filter
def awaits_answer(stage: str) -> bool:
    """Whether the person's own yes would move an introduction at this stage."""
    return may("answer yes", stage, Who.PERSON)
