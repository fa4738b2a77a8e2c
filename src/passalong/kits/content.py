"""What a kit says: the one source of page, report, white paper and whatever form comes later.

`Content` is the draft as the practice writes it; `Frozen` is what an edition keeps: the content with all it needs to be
rendered anew, byte for byte, whatever changes around it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Part(StrEnum):
    """The four parts, in the order in which they are read; the problem always before the solution."""

    PROBLEMS = "problems"
    CONSEQUENCES = "consequences"
    FIRST_STEP = "first_step"
    NEXT_STEP = "next_step"


PARTS = tuple(Part)
PROOF_PART = 5  # after the four, for "furthest part reached"


class StepKind(StrEnum):
    """How a reader can go on."""

    TWO_QUESTIONS = "two_questions"
    BOOKING = "booking"
    TIMES = "times"
    DOWNLOAD = "download"
    MAIL = "mail"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Step:
    """One way to go on. target: https address, mail address or phone number; times: as the practice wrote them."""

    kind: StepKind
    target: str = ""
    times: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A draft. Texts are Markdown; `proofs` are public ids in the order shown.

    involves: what an introduction involves, in the practice's words, offered to referrers for their message.
    """

    title: str = ""
    subtitle: str = ""
    for_whom: str = ""
    problems: str = ""
    consequences: str = ""
    first_step: str = ""
    next_step: str = ""
    about: str = ""
    involves: str = ""
    steps: tuple[Step, ...] = (Step(StepKind.TWO_QUESTIONS),)
    proofs: tuple[str, ...] = ()

    def text(self, part: Part) -> str:
        """The Markdown of one part."""
        return str(getattr(self, part.value))

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Content:
        """Back from a JSON column; keys of later versions are left aside."""
        known = {one.name for one in fields(cls)}
        kept = {key: value for key, value in data.items() if key in known}
        kept["steps"] = tuple(
            Step(StepKind(step["kind"]), step.get("target", ""), tuple(step.get("times", ())))
            for step in data.get("steps", ())
        )
        kept["proofs"] = tuple(data.get("proofs", ()))
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class FrozenProof:
    """A proof as published. disclosure: sentences shown inside its block, at the same size as its words."""

    public_id: str
    kind: str
    text: str
    shown_as: str
    disclosure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenPicture:
    """A picture as published. digest: sha256 of its bytes."""

    digest: str
    media_type: str
    words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """All that an edition needs to be rendered. published_on: ISO date. disclosures: of the whole kit."""

    content: Content
    practice: str
    imprint: str
    colour: str
    number: int
    published_on: str
    public_url: str = ""
    proofs: tuple[FrozenProof, ...] = ()
    pictures: dict[str, FrozenPicture] = field(default_factory=dict)
    disclosures: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Frozen:
        """Back from a JSON column."""
        known = {one.name for one in fields(cls)}
        kept = {key: value for key, value in data.items() if key in known}
        kept["content"] = Content.from_json(data["content"])
        kept["proofs"] = tuple(
            FrozenProof(**{**proof, "disclosure": tuple(proof.get("disclosure", ()))}) for proof in data["proofs"]
        )
        kept["pictures"] = {key: FrozenPicture(**one) for key, one in data["pictures"].items()}
        kept["disclosures"] = tuple(data.get("disclosures", ()))
        return cls(**kept)
