"""How much a kit may hold, and the tidying of what comes in: one kind of line end, no control characters."""

from __future__ import annotations

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from passalong.core.errors import Refused
from passalong.kits.content import Content, Step, StepKind
from passalong.kits.targets import clean_target

MOST_STEPS = 6
MOST_TIMES = 12
LONGEST_TIME = 120  # characters of one offered time
MOST_PROOFS = 12
LONGEST = {  # characters
    "title": 160,
    "subtitle": 240,
    "for_whom": 400,
    "problems": 20_000,
    "consequences": 20_000,
    "first_step": 20_000,
    "next_step": 20_000,
    "about": 6_000,
    "involves": 2_000,
}
ONE_LINE = ("title", "subtitle")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


def tidy(text: str) -> str:
    """The same words with Unix line ends and nothing unprintable."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidied(content: Content, country: str = "") -> Content:
    """The content as it may be kept; raises Refused, naming the field, where it holds too much."""
    changed: dict[str, str] = {}
    for name, most in LONGEST.items():
        text = tidy(getattr(content, name))
        if name in ONE_LINE:
            text = " ".join(text.split())
        if len(text) > most:
            said = {"most": most, "has": len(text)}
            raise Refused(_("At most %(most)d characters fit here; these are %(has)d.") % said, field=name)
        changed[name] = text
    steps = tuple(_step(step, country) for step in content.steps)
    if len(steps) > MOST_STEPS or len({step.kind for step in steps}) < len(steps):
        raise Refused(_("Each kind of next step can be offered once."), field="steps")
    if len(content.proofs) > MOST_PROOFS:
        raise Refused(_("At most %(most)d proofs fit into a kit.") % {"most": MOST_PROOFS}, field="proofs")
    return replace(content, **changed, steps=steps, proofs=tuple(dict.fromkeys(content.proofs)))


def _step(step: Step, country: str) -> Step:
    """A step with a target that is good for its kind, or none yet."""
    times = tuple(line for line in (" ".join(tidy(one).split()) for one in step.times) if line)
    if step.kind is not StepKind.TIMES:
        return Step(step.kind, clean_target(step.kind, step.target, country))
    if len(times) > MOST_TIMES:
        raise Refused(_("At most %(most)d times can be offered.") % {"most": MOST_TIMES}, field="times")
    if any(len(line) > LONGEST_TIME for line in times):
        raise Refused(_("A time fits into %(most)d characters.") % {"most": LONGEST_TIME}, field="times")
    return Step(step.kind, times=times)
