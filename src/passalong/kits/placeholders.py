"""What still stands open in a draft: facts in [square brackets], and parts without which nothing can be published."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from passalong.kits.bounds import LONGEST
from passalong.kits.content import PARTS, Content, Part, StepKind

# `[words]`, not the `[words](address)` of a link and not `\[`; a bracket inside ends the try, so it stays linear.
PLACEHOLDER = re.compile(r"(?<!\\)\[([^\[\]]{2,300})\](?!\()")
WITH_TARGET = (StepKind.BOOKING, StepKind.MAIL, StepKind.PHONE)


def placeholders(text: str) -> list[str]:
    """What stands in square brackets in one text, in order, without the brackets."""
    found = (" ".join(one[1].split()) for one in PLACEHOLDER.finditer(text))
    return [words for words in found if any(sign.isalpha() for sign in words)]


def placeholders_in(content: Content) -> list[str]:
    """Every open placeholder of a draft, in the order of reading; publishing is refused while there are any."""
    texts = [getattr(content, name) for name in LONGEST]
    texts += [line for step in content.steps for line in step.times]
    return [words for text in texts for words in placeholders(text)]


def missing_in(content: Content) -> list[str]:
    """One sentence for each thing without which a kit cannot be read: title, the four parts, a next step that leads
    somewhere. Empty when nothing is missing."""
    said = [] if content.title.strip() else [_("The kit has no title.")]
    words = {
        Part.PROBLEMS: _("“Problems and opportunities” is empty."),
        Part.CONSEQUENCES: _("“Consequences” is empty."),
        Part.FIRST_STEP: _("“The first step of the solution” is empty."),
        Part.NEXT_STEP: _("“The next step” is empty."),
    }
    said += [words[part] for part in PARTS if not content.text(part).strip()]
    if not content.steps:
        said.append(_("No way to go on is offered."))
    for step in content.steps:
        if step.kind in WITH_TARGET and not step.target:
            said.append(_("A way to go on has no address or number yet."))
        elif step.kind is StepKind.TIMES and not step.times:
            said.append(_("Own times are offered, but none is named."))
    return said
