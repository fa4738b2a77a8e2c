"""What verdicts, reasons and parts are called at the desk."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.engine.visits import reasons
from passalong.kits.content import PARTS, PROOF_PART, Part

PART_NAMES = {
    Part.PROBLEMS: gettext_lazy("Problems and opportunities"),
    Part.CONSEQUENCES: gettext_lazy("Consequences"),
    Part.FIRST_STEP: gettext_lazy("First step"),
    Part.NEXT_STEP: gettext_lazy("Next step"),
}
REASONS = {
    reasons.READ_ON: gettext_lazy("The page told that it was read: a part came in sight, or a step was taken."),
    reasons.NOT_READ: gettext_lazy("It was opened, and nothing tells whether anybody read it."),
    reasons.METHOD: gettext_lazy("It asked only whether the page is there. People's browsers ask for the page."),
    reasons.NO_AGENT: gettext_lazy("It did not say what it is. Every browser does."),
    reasons.BARE: gettext_lazy("It called itself a browser and left out which, as mail programs do that fetch ahead."),
    reasons.NO_BROWSER: gettext_lazy("What it says it is, is no browser."),
    reasons.SCANNER_NETWORK: gettext_lazy("It came from a network of link scanners."),
    reasons.BEFORE_DELIVERY: gettext_lazy("It came sooner after sending than mail arrives."),
    reasons.TOO_FAST: gettext_lazy("It acted within a moment of opening, faster than a person can."),
    reasons.NO_PAGE: gettext_lazy("It told of reading a page that was never sent."),
    reasons.ALL_LINKS: gettext_lazy("It opened several of your links at once and acted on each, as link scanners do."),
    reasons.SAME_LINK: gettext_lazy("The link was opened and acted on again and again in one moment, each time alike."),
    reasons.PREFETCH: gettext_lazy("A browser fetched it ahead, in case somebody would want it."),
    reasons.DATACENTRE: gettext_lazy("It came from a data centre, and nobody read it."),
    reasons.MANY_LINKS: gettext_lazy("Several of your links were opened at once from there, as link scanners do."),
    reasons.MANY_REQUESTS: gettext_lazy("The link was opened several times within two seconds, and not read."),
}


def part_name(number: int) -> str:
    """A part by its number, 1 to 5."""
    return _("Proof") if number == PROOF_PART else str(PART_NAMES[PARTS[number - 1]])


def reason_words(reason: str) -> str:
    """A reason as a sentence; one of a rule that is no more is shown as it was kept."""
    code, _colon, name = reason.partition(": ")
    if code == reasons.NAMED:
        return _("It says of itself that it is a machine: %(name)s.") % {"name": name}
    return str(REASONS.get(code, reason))
