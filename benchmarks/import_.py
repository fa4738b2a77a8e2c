"""Contacts and mail headers into a fresh database: how long, and which part takes it."""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import machine

BAR_S = 60.0
# What others have written of their own imports; not run here, and on other machines.
PUBLISHED = {"EspoCRM as published (2,500 in 2 h)": 2_500 / 7_200, "Mautic as published (100 a second)": 100.0}
HEADERS_A_CONTACT = 10
FIRST = [
    "Ann",
    "Ben",
    "Carla",
    "Dan",
    "Eva",
    "Finn",
    "Grace",
    "Hugo",
    "Ines",
    "Jack",
    "Karen",
    "Leo",
    "Mia",
    "Noah",
    "Olga",
    "Paul",
    "Rita",
    "Sam",
    "Tara",
    "Uwe",
    "Vera",
    "Will",
]
SYLLABLES = [
    "an",
    "ber",
    "cor",
    "dal",
    "el",
    "fen",
    "gor",
    "hal",
    "in",
    "jor",
    "kal",
    "lem",
    "mor",
    "nor",
    "os",
    "pel",
    "ros",
    "sen",
    "tor",
    "ul",
    "ven",
    "wes",
]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
DOMAINS = ["example.com", "example.org", "example.net"]


def run(size: int = 10_000) -> dict[str, Any]:
    """`size` contacts from a LinkedIn file and ten times as many mail headers, by the command, in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="passalong-bench-") as name:
        folder = Path(name)
        people = write_connections(folder / "Connections.csv", size)
        write_mailbox(folder / "mail.mbox", people, size * HEADERS_A_CONTACT)
        shares = measured(folder)
    total = shares["contacts_s"] + shares["headers_s"]
    return {
        "name": "import",
        "size": size,
        "machine": machine(),
        "product": {"median_s": round(total, 2), **shares},
        "peers": {name: {"contacts_per_s": rate} for name, rate in PUBLISHED.items()},
        "ratios": {name: size / shares["contacts_s"] / rate for name, rate in PUBLISHED.items()},
        "pass": {"bar": total <= BAR_S * max(1.0, size / 10_000)},
    }


def measured(folder: Path) -> dict[str, float]:
    """Seconds of each part, with processes and their start counted in, and the highest memory."""
    env = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DATABASE_URL_FILE")}
    env = {**env, "PASSALONG_DATA": str(folder / "data")}
    _python(env, SET_UP)
    shares = {
        "contacts_s": _import(env, folder / "Connections.csv"),
        "headers_s": _import(env, folder / "mail.mbox"),
        "contacts_again_s": _import(env, folder / "Connections.csv"),
        "headers_again_s": _import(env, folder / "mail.mbox"),
    }
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {key: round(value, 2) for key, value in shares.items()} | {"peak_mb": round(peak)}


SET_UP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
from passalong.accounts.models import Member, Practice, Role, User
user = User.objects.create_member_user(email="owner@practice.example", name="Olive Owner", password=None)
Member.objects.create(practice=Practice.objects.create(name="Bench"), user=user, role=Role.OWNER)
"""


def _python(env: dict[str, str], code: str) -> None:
    env = {**env, "DJANGO_SETTINGS_MODULE": "passalong.config.settings"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


def _import(env: dict[str, str], path: Path) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-c", "from passalong.cli import main; main()", "import", str(path), "--json"]
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def write_connections(path: Path, size: int) -> list[tuple[str, str]]:
    """A LinkedIn file of invented people; returns (name, mail address) of each."""
    rng = random.Random(7)
    firms = [f"{_word(rng).title()} {rng.choice(['Partners', 'Works', 'Group', 'Bank'])}" for _ in range(size // 5 + 1)]
    people = []
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"])
        for number in range(size):
            first, last = rng.choice(FIRST), _word(rng).title()
            email = f"{first}.{last}{number}@{rng.choice(DOMAINS)}".lower()
            url = f"https://www.linkedin.com/in/{first}-{last}-{number}".lower()
            out.writerow([first, last, url, email, rng.choice(firms), "Manager", "07 Dec 2025"])
            people.append((f"{first} {last}", email))
    return people


def write_mailbox(path: Path, people: list[tuple[str, str]], size: int) -> None:
    """The owner's mailbox: to and from the owner, with copies to people of one circle, a tenth to lists."""
    rng = random.Random(11)
    strangers = [(f"Stranger {n}", f"stranger{n}@elsewhere.example") for n in range(len(people) // 2)]
    everybody = people + strangers
    with path.open("w", encoding="utf-8") as out:
        for number in range(size):
            out.write(_message(rng, number, everybody))


def _message(rng: random.Random, number: int, everybody: list[tuple[str, str]]) -> str:
    circle = int(len(everybody) * rng.random() ** 2)
    near = [everybody[(circle + rng.randrange(12)) % len(everybody)] for _ in range(rng.choice([1, 1, 1, 2, 3, 4]))]
    owner, others = ("Olive Owner", "owner@practice.example"), [f"{n} <{a}>" for n, a in near]
    sender, to = (f"{owner[0]} <{owner[1]}>", others) if rng.random() < 0.5 else (others[0], [*others[1:], owner[1]])
    day = f"{1 + number % 28:02d} {MONTHS[number // 28 % 6]} {2019 + number // 20_000}"
    return (
        f"From someone@example.com Mon Jan  6 10:00:00 2025\nFrom: {sender}\nTo: {', '.join(to[:2])}\n"
        + (f"Cc: {', '.join(to[2:])}\n" if to[2:] else "")
        + f"Date: {day} 10:00:00 +0000\nMessage-ID: <{number}@bench.example>\n"
        + (f"List-Id: <news{number % 40}.example.org>\n" if number % 10 == 0 else "")
        + "Subject: About something\n\nHello.\n\n"
    )


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice([2, 3])))
