"""The demo practice's Referral Kit: a real one, in the practice's own voice."""

from __future__ import annotations

import re

from passalong.introductions.models import Wish
from passalong.kits.content import Content, Step, StepKind
from passalong.kits.models import ProofKind, Relation
from passalong.kits.services.proof import Wording

NAME = "Leaving your firm well"
IMPRINT = (
    "Rowan & Pike Financial Planning, 12 Mill Lane, Marlow Falls. Phone 509 555 0142. "
    "An invented practice: nobody answers there."
)
COLOUR = "#0e6a62"

CONTENT = Content(
    title="Leaving your firm well",
    subtitle="What owners wish they had looked at two years before they sold or handed over",
    for_whom="For owners of a firm of five to ninety people who think about what comes after it",
    problems="""\
Most owners know their firm by heart and their own affairs only in outline. That is no fault: the firm asks
every day, the rest never does. Then somebody makes an offer, a partner wants to be paid out, or a birthday
comes with a round number, and three questions stand on the table at once.

- **What do I need?** Not what the firm is worth, but what your household needs each year, with and without
  work.
- **What do I own outside the firm?** Pensions, property, an insurance taken out long ago for a loan that is
  paid back.
- **Who is affected?** A spouse who has done the books for nothing, a daughter who works there, the people
  on the payroll.

There is an opportunity in it as well. An owner who knows these answers two years ahead can choose the
buyer, the day and the form of the sale. An owner who learns them during the talks mostly takes what is
offered.""",
    consequences="""\
Nothing happens overnight, and many owners leave well without any plan. What we see when the questions come
late is quieter.

- In our experience about one owner in three finds that the price, once taxes and loans are paid, pays for
  fewer years than they had thought; mostly five to eight years fewer. It shows in the month before signing,
  when there is little room left.
- In our experience a form of sale chosen for the buyer costs the seller more in taxes than one chosen
  together. Your accountant can tell you in an hour which forms are open to you.
- In our experience, where a partner leaves and nothing is written down about the price, the talks take
  between nine months and two years. With a rule from before they take weeks.

None of this is decided yet for you. The first step below takes an evening and no adviser.""",
    first_step="""\
Take two sheets of paper and one quiet evening.

1. On the first, write what your household spent in the last twelve months. Bank statements are enough;
   round to the nearest hundred. Cross out what ends with the firm, add what begins without it, such as
   health insurance.
2. On the second, write what you own outside the firm and what you owe, with the year in which each ends.
3. Put a question mark wherever you do not know. The question marks are the list for your accountant, your
   lawyer or us.

Owners who have done this tell us that many of the marks can be answered by a phone call to the bank or the
insurer. What remains is mostly what the firm can be sold for, and in which form. Both
can be looked at calmly when there are two years left, and both have been looked at by many before you.""",
    next_step="""\
If you like, tell us in two short answers whether you want help with the marks that remain. We answer within
one working day. If you would rather keep the sheets to yourself for now, keep them: nobody calls you.""",
    about="""\
Miriam Rowan and Daniel Pike have worked with owners in the valley since 2006. They are paid by their
clients alone and take no commission.""",
    involves="You answer two questions on the page first. Nobody calls unless you say yes.",
    steps=(Step(StepKind.TWO_QUESTIONS), Step(StepKind.DOWNLOAD), Step(StepKind.PHONE, "+1 509 555 0142")),
)

PROOF = Wording(
    kind=ProofKind.TESTIMONIAL,
    text=(
        "We had talked about selling for years and never about what we needed. The two sheets took us one evening. "
        "Three question marks were left, and for each of them we were told plainly whom to ask."
    ),
    shown_as="P. L., owner of a dental practice until 2024",
    relation=Relation.CLIENT,
    conflict="None known.",
    source="Client file, notes of the meetings in 2023",
)

# Names only: what invented readers answered, and by whom they say it came.
ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("Rosa Amarante", "rosa.amarante@mail.example", Wish.YES),
    ("Theo Brandvold", "+1 509 555 0167", Wish.YES),
    ("", "", Wish.NOT_NOW),
    ("Ines Calloway", "ines@calloway.example", Wish.NO),
)


def flowing(markdown: str) -> str:
    """The text without the line ends of this file: one line a paragraph or list item, as people write."""
    return re.sub(r"(?<!\n)\n(?!\n|- |\d\. )\s*", " ", markdown)
