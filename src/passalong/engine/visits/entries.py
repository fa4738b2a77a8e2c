"""What goes into a judgement and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HIT, ENGAGED = "hit", "engaged"
PERSON, MACHINE, UNKNOWN = "person", "machine", "unknown"


class Entry(NamedTuple):
    """One request to a link (hit), or one sign of reading from its page (engaged), as far as it is kept.

    at, sent_at: seconds since 1970; sent_at is when we mailed this link. address, around: any hashes that are equal for
    equal addresses and for their neighbourhoods (/24, /64), empty when unknown. headers: names in lower case, with the
    value after "=" where it is kept. network: class, see networks. view: id of one page answer, repeated by its signs.
    what: part, scroll, form, heard or step, where known.
    """

    at: float
    kind: str = HIT
    method: str = "GET"
    link: str | int = ""
    agent: str | None = ""
    headers: Sequence[str] = ()
    network: str = ""
    address: str = ""
    around: str = ""
    view: str = ""
    sent_at: float | None = None
    what: str = ""


class Verdict(NamedTuple):
    """person, machine or unknown; the reason is a code of reasons.py, for named bots with ": name" behind it."""

    verdict: str
    reason: str
