"""Mail headers from an mbox: our reader and the standard library's mailbox, the same headers, one process."""

from __future__ import annotations

import gc
import mailbox
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from passalong.exchange import readers

BAR = 5.0
RUNS = 3
PEER_SAMPLE = 20_000  # the peer is measured on the first part of a large mailbox and scaled: it takes minutes otherwise
PEOPLE = 5_000
TRACE = (
    "Received: from out{0}.example (out{0}.example [192.0.2.{0}])\n\tby mx.example with ESMTPS id {1}a{0};\n"
    "\tMon, 05 Jan 2026 10:00:0{0} +0000\n"
)
SIGNATURE = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=firm.example; s=mail;\n\th=from:to:subject:date;\n\tbh="
    + "Q" * 44
    + ";\n\tb="
    + ("R" * 70 + "\n\t ") * 5
    + "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nX-Mailer: Office 16\n"
)


def run(size: int) -> dict[str, Any]:
    """Write a seeded mailbox of size messages, read it both ways, and compare speed and result."""
    with tempfile.TemporaryDirectory() as folder:
        path, part = Path(folder) / "mail.mbox", Path(folder) / "part.mbox"
        write(path, size)
        write(part, min(size, PEER_SAMPLE))
        ours = [_timed(lambda: product(path)) for _ in range(RUNS)]
        alike = product(part) == peer(part)
        theirs = [_timed(lambda: peer(part)) for _ in range(RUNS)]
        scale = size / min(size, PEER_SAMPLE)
        megabytes = path.stat().st_size / 1e6
    median, peer_median = statistics.median(ours), statistics.median(theirs) * scale
    ratio = peer_median / median
    return {
        "name": "mbox",
        "size": size,
        "machine": machine(),
        "product": {
            "median_s": median,
            "p95_s": max(ours),
            "messages_per_s": size / median,
            "mailbox_mb": megabytes,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        },
        "peers": {"mailbox": {"median_s": peer_median, "messages_per_s": size / peer_median}},
        "ratios": {"mailbox": ratio},
        "pass": {"bar": ratio >= BAR, "same result": alike},
    }


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def product(path: Path) -> tuple[int, int, int]:
    """Messages, distinct addresses, and readable dates by our reader."""
    count, dates, seen = 0, 0, set()
    for one in readers.messages(path):
        count += 1
        dates += bool(one.date)
        seen.add(one.sender.email)
        seen.update(address.email for address in one.to)
        seen.update(address.email for address in one.cc)
    return count, len(seen), dates


def peer(path: Path) -> tuple[int, int, int]:
    """The same by the standard library."""
    count, dates, seen = 0, 0, set()
    box = mailbox.mbox(path, create=False)
    for one in box:
        count += 1
        dates += bool(parsedate_to_datetime(one["Date"]))
        for name in ("From", "To", "Cc"):
            seen.update(address.lower() for _, address in getaddresses(one.get_all(name, [])))
        str(one["Message-ID"]), str(one["List-Id"])
    box.close()
    return count, len(seen), dates


def write(path: Path, size: int) -> None:
    """Write messages as an office has them: trace headers, some six addresses each, a quarter of the names encoded."""
    rnd = random.Random(2026)
    people = [_person(number) for number in range(PEOPLE)]
    with path.open("w", encoding="ascii") as out:
        for number in range(size):
            out.write(_message(rnd, number, people))


def _person(number: int) -> str:
    address = f"person{number}@firm{number % 300}.example"
    forms = (f"Person Number{number}", f'"Number{number}, Person"', f"=?utf-8?q?P=C3=A9rs=C3=B8n_{number}?=")
    return f"{forms[max(number % 4 - 1, 0)]} <{address}>"


def _message(rnd: random.Random, number: int, people: list[str]) -> str:
    sender, *others = rnd.choices(people, k=rnd.randint(2, 9))
    to, cc = others[: len(others) // 2 + 1], others[len(others) // 2 + 1 :]
    day, minute = rnd.randint(1, 28), number % 60
    lines = [
        f"From {sender.rpartition('<')[2][:-1]} Mon Jan  5 10:00:00 2026\n",
        "".join(TRACE.format(hop, number) for hop in range(4)),
        SIGNATURE,
        f"From: {sender}\nTo: ",
        ",\n\t".join(to),
        f"\nCc: {', '.join(cc)}" if cc else "",
        f"\nSubject: Re: matter {number}\nDate: Mon, {day:02d} Jan 2026 10:{minute:02d}:00 +0100\n",
        f"Message-ID: <{number}.{day}@firm.example>\n\n",
        "A line of an ordinary letter, of ordinary length.\n" * rnd.randint(3, 30),
        "\n",
    ]
    return "".join(lines)
