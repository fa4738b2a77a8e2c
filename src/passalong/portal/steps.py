"""From a form on a kit page to an answer, and from a step to where it leads."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from django.http import QueryDict

from passalong.contacts.keys import email_key
from passalong.introductions.services import Answer
from passalong.kits.content import Frozen, Step, StepKind

_YES_NO = {"yes": True, "no": False}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


def step_of(frozen: Frozen, kind: str) -> Step | None:
    """The step of this kind, if the edition offers it."""
    return next((step for step in frozen.content.steps if step.kind == kind), None)


def answer_of(step: Step, post: QueryDict) -> Answer:
    """What was sent, of the fields that belong to this step and no others."""
    if step.kind not in (StepKind.TWO_QUESTIONS, StepKind.TIMES):
        return Answer(step.kind)
    who = Answer(step.kind, name=post.get("name", ""), reach=post.get("reach", ""), passed_by=post.get("passed_by", ""))
    if step.kind == StepKind.TIMES:
        return replace(who, chosen_time=_time(step, post.get("chosen_time", "")))
    needs_help = _YES_NO.get(post.get("needs_help", ""))
    return replace(who, needs_help=needs_help, wish=post.get("wish", ""), note=post.get("note", ""))


def _time(step: Step, index: str) -> str:
    if not (index.isascii() and index.isdecimal() and len(index) < 4):
        return ""
    return step.times[int(index)][:60] if int(index) < len(step.times) else ""


def outward(step: Step) -> str:
    """Where this step leads outside: the address fixed at publishing, checked once more. Empty when it is not safe."""
    target = step.target.strip()
    if step.kind == StepKind.BOOKING:
        return target if _is_plain_https(target) else ""
    if step.kind == StepKind.MAIL:
        return f"mailto:{quote(target, safe='@.+-_')}" if email_key(target) else ""
    if step.kind == StepKind.PHONE:
        digits = re.sub(r"[^+0-9*#]", "", target)
        return f"tel:{quote(digits, safe='+*')}" if digits else ""
    return ""


def _is_plain_https(address: str) -> bool:
    if _UNSAFE.search(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
