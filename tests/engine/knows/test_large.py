"""Large groups and many people stay within bounds."""

from __future__ import annotations

import tracemalloc

from passalong.engine import knows


def test_a_group_of_a_hundred_thousand_people_is_harmless() -> None:
    people = [str(i) for i in range(100_000)]
    groups = [(p, "town", "town:all", str(1950 + i % 70), "") for i, p in enumerate(people)]
    groups += [(p, "club", "club:few", "", "") for p in people[:6]]
    ties = [(people[i], people[i + 1], "mail", 1, "", "") for i in range(0, 1000, 2)]
    tracemalloc.start()
    scorer = knows.Scorer(knows.DataSet.from_tables(people, groups, ties=ties))
    ranked = scorer.rank("0", top=5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {r.prospect_id for r in ranked} == {"1", "2", "3", "4", "5"}
    assert peak < 600e6
