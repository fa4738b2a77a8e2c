"""What the pages of one link show, at the desk and to the referrer: the same message, the same buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passalong.compliance.rulebook import Effect, verdict
from passalong.kits import sharing
from passalong.kits.content import Frozen
from passalong.kits.forms_passing import PassedForm, WordsForm
from passalong.kits.models import Link
from passalong.kits.selectors import passing as selectors
from passalong.kits.selectors.editions import live_edition
from passalong.kits.sharing import Words


@dataclass(frozen=True, slots=True)
class Shown:
    """One link ready to be passed along. address: empty while sharing is off; frozen: None while nothing is out.
    needs_template: the profession wants words approved first, so that the message here is the link alone."""

    link: Link
    frozen: Frozen | None
    address: str
    words: Words
    share: sharing.Share
    needs_template: bool = False

    @property
    def title(self) -> str:
        return self.frozen.content.title if self.frozen else ""

    @property
    def involves(self) -> str:
        return self.frozen.content.involves if self.frozen else ""

    @property
    def is_ready(self) -> bool:
        """Whether it can be passed along now: published, not ended, and outsiders reach this server."""
        return bool(self.address and self.frozen and not self.link.ended_at)


def shown(link: Link) -> Shown:
    """The link with its message as it stands now."""
    edition = live_edition(link.kit)
    frozen = Frozen.from_json(edition.frozen) if edition else None
    address = selectors.url_of(link) if selectors.sharing().is_on else ""
    words = Words.from_json(link.words)
    needs = verdict(link.practice, "client_words").effect >= Effect.APPROVE
    text = sharing.message(Words() if needs else words, frozen.content.involves if frozen else "", address)
    return Shown(link, frozen, address, words, sharing.share(text, frozen.content.title if frozen else ""), needs)


def forms_of(one: Shown, data: Any = None) -> dict[str, Any]:
    """The words form (bound to `data` if given) and the passed-along form."""
    questions = sharing.questions(one.link.practice)
    initial = {
        "experience": one.words.experience,
        "empathy": one.words.empathy,
        "keep_involves": one.words.keeps_involves,
    }
    return {
        "shown": one,
        "words_form": WordsForm(data, initial=initial, questions=questions, involves=one.involves),
        "passed_form": PassedForm(initial={"channel": one.link.channel}),
        "passed": selectors.times_passed(one.link),
        "caution": sharing.caution(one.link.practice.profession),
    }
