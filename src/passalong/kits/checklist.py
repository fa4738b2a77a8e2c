"""The checklist beside a draft: what the pitch check found, in words, with what to write instead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.engine import pitch
from passalong.engine.pitch import Finding
from passalong.kits.content import PARTS, Content, Part
from passalong.kits.placeholders import placeholders

MOST_QUOTES = 5
QUOTE = 110  # characters shown of one quote
TEXTS = ("title", "subtitle", "for_whom", *(part.value for part in PARTS), "about", "involves")
MUST = ("missing", "too_short")  # codes that leave a part unfinished

# code: what is wrong, what to write instead
ADVICE = {
    "missing": (
        gettext_lazy("This part is empty."),
        gettext_lazy("Begin with one paragraph; the example shows how it may sound."),
    ),
    "too_short": (
        gettext_lazy("This is short for readers to recognize themselves in it."),
        gettext_lazy("Add one case as your clients tell it: what happened, when, and what it was like."),
    ),
    "too_long": (
        gettext_lazy("From here on it is longer than most readers stay."),
        gettext_lazy("Keep what the reader needs before a first talk, and tell the rest in that talk."),
    ),
    "solution_first": (
        gettext_lazy("You, or your solution, come before the reader's problem."),
        gettext_lazy("Say what readers see and feel in their own life, and come in at the first step."),
    ),
    "about_us": (
        gettext_lazy("Much “we” and “our” here."),
        gettext_lazy("Make the reader or the matter the subject: “You can …”, “The form asks …”."),
    ),
    "self_praise": (
        gettext_lazy("This praises you."),
        gettext_lazy("Leave it to the testimonials, or say what exactly you do and how often."),
    ),
    "pitch_word": (
        gettext_lazy("Readers know this word from advertisements."),
        gettext_lazy("Leave it out, or say the plain fact behind it."),
    ),
    "offer": (
        gettext_lazy("This sells."),
        gettext_lazy("Say what happens next and what it costs, and leave the moment to the reader."),
    ),
    "promise": (
        gettext_lazy("This promises a result."),
        gettext_lazy("Say what you do, and what it depends on whether it helps."),
    ),
    "guarantee": (
        gettext_lazy("This sounds like a guarantee."),
        gettext_lazy("Say what is certain and what is not."),
    ),
    "deadline": (
        gettext_lazy("This presses for time."),
        gettext_lazy("Name a date only where the matter itself has one, and say what can still be done after it."),
    ),
    "fear": (
        gettext_lazy("This word frightens."),
        gettext_lazy("Say what happens, how often and how much, as you would to a friend at a table."),
    ),
    "figure": (
        gettext_lazy("A figure stands here without its source."),
        gettext_lazy("Add a link, “(source: …)” or “according to …”, or take the figure out."),
    ),
    "no_source": (
        gettext_lazy("Nothing says where this is known from."),
        gettext_lazy("Add the source, or say “in our experience” and how often you have seen it."),
    ),
    "no_calm_step": (
        gettext_lazy("No calm first step stands beside these consequences."),
        gettext_lazy("Add one thing a reader can do alone this week: “Write down …”, “Ask your …”."),
    ),
    "no_next_step": (
        gettext_lazy("Nothing says how to go on."),
        gettext_lazy("Say which way there is, what happens then, and that not now is an answer too."),
    ),
    "hard_to_read": (
        gettext_lazy("The sentences are long, or the words are. This one most."),
        gettext_lazy("Divide the sentence in two, and take the word you would say aloud."),
    ),
    "shouting": (
        gettext_lazy("This raises its voice."),
        gettext_lazy("End with a full stop, and write in small letters."),
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to look at: what is wrong, what to write instead, and the words it is about."""

    code: str
    wrong: str
    instead: str
    quotes: tuple[str, ...]
    more: int  # places beyond those quoted


@dataclass(frozen=True, slots=True)
class Checks:
    """The checklist of one text. level: its LIX, 0 where too short to say; open: placeholders not yet filled in."""

    part: str
    words: int
    least: int
    most: int
    level: int
    open: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def is_done(self) -> bool:
        """Whether there is a text to read here, whatever there is still to say about it."""
        return self.words > 0 and not any(line.code in MUST for line in self.lines) and not self.open

    @property
    def is_clean(self) -> bool:
        return self.words > 0 and not self.lines and not self.open


def checks(content: Content, *, names: tuple[str, ...] = ()) -> dict[str, Checks]:
    """The checklist of every text of a draft, by its name. names: what the practice calls itself."""
    by_part: defaultdict[str, list[Finding]] = defaultdict(list)
    texts = {name: getattr(content, name) for name in TEXTS}
    for finding in pitch.check(texts, names=names):
        by_part[finding.part].append(finding)
    return {name: _checks(name, texts[name], by_part[name]) for name in TEXTS}


def _checks(name: str, text: str, found: list[Finding]) -> Checks:
    prose = pitch.Prose(text)
    least, most = pitch.BOUNDS[name]
    is_part = name in pitch.PART_ORDER
    return Checks(
        part=name,
        words=prose.words,
        least=least if is_part else 0,
        most=most,
        level=round(pitch.lix(prose)) if is_part and prose.words >= 40 else 0,
        open=tuple(placeholders(text)),
        lines=tuple(_lines(found)),
    )


def _lines(found: list[Finding]) -> list[Line]:
    by_code: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        by_code[one.code].append(" ".join(one.quote.split()))
    lines = []
    for code in sorted(by_code, key=pitch.CODES.index):
        quotes = [quote for quote in dict.fromkeys(by_code[code]) if quote and code not in MUST]
        shown = tuple(quote if len(quote) <= QUOTE else f"{quote[: QUOTE - 2]} …" for quote in quotes[:MOST_QUOTES])
        wrong, instead = ADVICE[code]
        lines.append(Line(code, str(wrong), str(instead), shown, max(0, len(quotes) - MOST_QUOTES)))
    return lines


def level_words(level: int) -> str:
    """A LIX in words, by Björnsson's bounds."""
    if level < 30:
        return _("very easy")
    if level < 40:
        return _("easy, like a story")
    if level <= pitch.HARD:
        return _("like a newspaper")
    return _("hard") if level < 60 else _("very hard")


def next_part(found: dict[str, Checks]) -> Part | None:
    """The first of the four parts that is not done; None when all are."""
    return next((part for part in PARTS if not found[part.value].is_done), None)
