"""The demo's kit is one a practice could be proud of, and it is read."""

from __future__ import annotations

import pytest

from passalong.demo import services
from passalong.engine import pitch
from passalong.introductions.models import Credit, Reply
from passalong.kits.content import PARTS
from passalong.kits.models import Hit, Verdict
from passalong.kits.selectors import editions, writing

pytestmark = pytest.mark.django_db


def test_it_is_published_passed_along_read_and_answered() -> None:
    practice = services.put_in().practice
    kit = writing.kits(practice).get()
    live = editions.live_edition(kit)
    assert live is not None
    assert live.files.count() == 3
    assert live.frozen["proofs"][0]["disclosure"]
    verdicts = set(Hit.objects.filter(practice=practice).values_list("verdict", flat=True))
    assert {Verdict.PERSON, Verdict.MACHINE} <= verdicts
    assert Reply.objects.filter(practice=practice, wish="yes").exists()
    assert Credit.objects.filter(practice=practice, is_first=True).exists()


def test_it_reads_as_help() -> None:
    content = writing.draft(writing.kits(services.put_in().practice).get())
    texts = {part.value: content.text(part) for part in PARTS}
    assert not pitch.reads_as_pitch(texts)
    assert not [finding.quote for finding in pitch.check(texts)]
