"""Small towns for tests: seeded, with groups of all sizes, dates, contacts, and ties that follow the groups."""

from __future__ import annotations

import numpy as np

from passalong.engine import knows

KINDS = ("employer", "school", "club", "town")


def harbor() -> knows.DataSet:
    """Six people around Harbor Dental, as in the docs."""
    people = [(p, p.capitalize()) for p in ("ann", "bob", "cat", "dan", "eve", "flo")]
    return knows.DataSet.from_tables(
        people,
        affiliations=[
            ("ann", "employer", "hd", "2009", "2013"),
            ("bob", "employer", "hd", "2008", "2015"),
            ("cat", "employer", "hd", "2014", ""),
            ("dan", "vendor", "hd", None, None),
            ("ann", "club", "rotary", None, None),
            ("eve", "club", "rotary", "2001", ""),
            ("ann", "household", "home", None, None),
            ("flo", "household", "home", None, None),
        ],
        groups=[("hd", "employer", "Harbor Dental", 12), ("rotary", "club", "Rotary", None)],
        ties=[("ann", "eve", "mail", 12, "2020-01-01", "2023-01-01")],
    )


def town(people: int = 120, seed: int = 0, ties: int = 400) -> dict[str, list[tuple[object, ...]]]:
    """Tables of a town; ties mostly within small groups."""
    rng = np.random.default_rng(seed)
    affiliations: list[tuple[object, ...]] = []
    members: dict[str, list[str]] = {}
    for person in range(people):
        for kind in KINDS:
            if rng.random() < 0.8:
                size = {"employer": 8, "school": 25, "club": 12, "town": 60}[kind]
                group = f"{kind}:{rng.integers(max(2, people // size))}"
                start = str(1990 + int(rng.integers(25))) if rng.random() < 0.6 else ""
                affiliations.append((str(person), kind, group, start, ""))
                members.setdefault(group, []).append(str(person))
    small = [group for group in members.values() if 2 <= len(group) < 40]
    known = set()
    while len(known) < ties:
        group = small[rng.integers(len(small))]
        pool = group if rng.random() < 0.75 else [str(p) for p in range(people)]
        a, b = rng.choice(pool, 2)
        if a != b:
            known.add((min(a, b), max(a, b)))
    seen = [(a, b, "mail", 2.0, "", "") for a, b in sorted(known)[::7]]
    return {
        "people": [str(p) for p in range(people)],
        "affiliations": affiliations,
        "traits": [(str(p), "age", float(rng.integers(20, 80))) for p in range(people)],
        "ties": [(a, b, "knows", None, "", "") for a, b in sorted(known)] + seen,
    }


def data(tables: dict[str, list[tuple[object, ...]]]) -> knows.DataSet:
    """DataSet of tables of words."""
    return knows.DataSet.from_tables(**tables)  # type: ignore[arg-type]


def write(folder, tables) -> None:
    """The tables as CSV files."""
    heads = {
        "people": "person_id,name",
        "affiliations": "person_id,kind,group_id,start,end",
        "groups": "group_id,kind,name,size",
        "traits": "person_id,kind,value",
        "ties": "person_a,person_b,kind,count,first_on,last_on",
        "answers": "client_id,prospect_id,answer,answered_on",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        lines = [heads[name]]
        for row in rows:
            cells = (row, "") if isinstance(row, str) else row
            lines.append(",".join("" if cell is None else str(cell) for cell in cells))
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")


def same(one: list[knows.Ranked], other: list[knows.Ranked]) -> bool:
    """Equal rankings; numbers may differ by rounding when rows stand in another order."""
    return len(one) == len(other) and all(
        a.prospect_id == b.prospect_id and abs(a.score - b.score) < 1e-7 and abs(a.base - b.base) < 1e-7
        for a, b in zip(one, other, strict=True)
    )
