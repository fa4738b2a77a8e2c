"""Machine or person: what is kept of requests to links, judged. Start with docs/methods/reading.md.

verdicts = visits.judge([visits.Entry(at=0.0, agent="Mozilla/5.0 (iPhone; ...", view="a1"), ...])
"""

from __future__ import annotations

from passalong.engine.visits.agents import machine_agent, named_bot
from passalong.engine.visits.entries import ENGAGED, HIT, MACHINE, PERSON, UNKNOWN, Entry, Verdict
from passalong.engine.visits.judging import REACH, judge
from passalong.engine.visits.networks import ListError, Networks, neighbourhood, parsed, read_networks

__all__ = [
    "ENGAGED",
    "HIT",
    "MACHINE",
    "PERSON",
    "REACH",
    "UNKNOWN",
    "Entry",
    "ListError",
    "Networks",
    "Verdict",
    "judge",
    "machine_agent",
    "named_bot",
    "neighbourhood",
    "parsed",
    "read_networks",
]
