"""Publishing, deciding and the proof library as a person at the desk has them."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests import make
from tests.rooms.kits import written

from passalong.accounts.models import Profession
from passalong.core import clock
from passalong.kits.models import Edition, EditionState, Proof
from passalong.kits.selectors import editions as selectors
from passalong.kits.services import editions

pytestmark = pytest.mark.django_db
WORDS = {
    "kind": "testimonial",
    "text": "They asked two questions.",
    "shown_as": "A. R.",
    "relation": "client",
    "paid": "nothing",
}


def _page(browser: Any, name: str, *ids: str) -> str:
    answer = browser.get(reverse(f"kits:{name}", args=ids))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_from_the_draft_to_readers_and_back() -> None:
    owner = written.owner()
    kit, browser = written.kit(owner), make.browser(owner)
    assert "None yet." in _page(browser, "publish", kit.public_id)
    answer = browser.post(reverse("kits:publish", args=[kit.public_id]), follow=True)
    assert "Edition 1 is published." in answer.content.decode()
    edition = Edition.objects.get(kit=kit)
    assert edition.is_live
    where = reverse("kits:withdraw", args=[edition.public_id])
    refused = browser.post(where, {"why": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert "Withdrawn." in browser.post(where, {"why": "Out of date"}, follow=True).content.decode()
    page = _page(browser, "publish", kit.public_id)
    assert "Out of date" in page
    assert "edition 1 under every link" not in page


def test_what_stands_in_the_way_is_listed_and_a_post_does_nothing() -> None:
    owner = written.owner()
    proof = written.proof(owner, consented=False)
    kit = written.kit(owner, problems="[what you see]", proofs=(proof.public_id,))
    browser = make.browser(owner)
    page = _page(browser, "publish", kit.public_id)
    assert "Facts are still open: [what you see]." in page
    assert "The speaker has not consented to these words." in page
    assert 'type="submit">Publish' not in " ".join(page.split())
    answer = browser.post(reverse("kits:publish", args=[kit.public_id]), follow=True)
    assert "Facts are still open" in answer.content.decode()
    assert not Edition.objects.exists()


def test_the_verdict_is_shown_with_reason_source_and_the_rules_name() -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    page = _page(make.browser(owner), "publish", written.kit(owner).public_id)
    for words in (
        "Only with the approval of a second person",
        "FINRA Rule 2210",
        "us.finra.2210.kit",
        "not legal advice",
    ):
        assert words in page
    assert "Propose it for approval" in page


def test_what_the_check_finds_is_advice_and_no_bar() -> None:
    owner = written.owner()
    kit = written.kit(owner, problems="Act now! Our guaranteed, revolutionary offer ends today.")
    browser = make.browser(owner)
    assert "advice" in _page(browser, "publish", kit.public_id)
    browser.post(reverse("kits:publish", args=[kit.public_id]))
    assert selectors.live_edition(kit)


@pytest.mark.parametrize(
    ("absolute", "offered", "told"), [("false", True, True), ("true", False, False)], ids=["open", "final"]
)
def test_proposing_is_how_it_is_decided_where_the_rules_leave_it_to_somebody(
    settings, tmp_path, absolute, offered, told
) -> None:
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    rule = (
        f'id = "own"\naction = "publish_kit"\neffect = "block"\nabsolute = {absolute}\nwhy = "Our counsel wants none."'
    )
    (tmp_path / "rules" / "consultant.toml").write_text(f"[[rule]]\n{rule}\n")
    owner = written.owner()
    page = _page(make.browser(owner), "publish", written.kit(owner).public_id)
    assert "Our counsel wants none." in page
    assert "Not allowed" in page
    aside = page.split('<h2 id="next">')[1].split("</section>")[0]
    assert ("Propose it for approval" in aside) is offered
    assert ("proposing it is how it is decided" in page) is told


def test_a_second_person_decides_on_exactly_the_frozen_bytes() -> None:
    owner = written.owner(Profession.ATTORNEY, region="CA")
    proof = written.proof(owner, elements={"informed_consent": "Letter"})
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    own, second = make.browser(owner), make.browser(written.approver(owner))
    assert "Approve and publish" not in _page(own, "edition", edition.public_id)
    assert "You can decide" in _page(second, "waiting")
    assert "You can decide" not in _page(own, "waiting")
    assert "No source" in _page(second, "edition", edition.public_id)
    kept = selectors.file_of(edition, "page")
    assert kept is not None
    exact = second.get(reverse("kits:edition_file", args=[edition.public_id, "page"]))
    assert hashlib.sha256(exact.content).hexdigest() == kept.blob.digest
    assert exact["Content-Disposition"].startswith("attachment")
    where = reverse("kits:approve", args=[edition.public_id])
    assert "Nobody decides" in own.post(where, {"why": "x" * 30}, follow=True).content.decode()
    bare = second.post(where, {"why": ""})
    assert bare.status_code == 422
    assert 'id="approve_why_error"' in bare.content.decode()
    second.post(where, {"why": "California allows it, see the memo in the file."})
    edition.refresh_from_db()
    assert edition.state == EditionState.LIVE
    assert selectors.file_of(edition, "page") == kept
    assert "see the memo in the file" in _page(own, "edition", edition.public_id)


def test_a_page_in_a_frame_may_do_nothing_and_only_our_desk_may_frame_it() -> None:
    owner = written.owner()
    kit = written.kit(owner)
    shown = written.picture(owner, kit)
    written.rewrite(owner, kit, problems=f"![It](picture:{shown.public_id})")
    edition = editions.publish(by=owner, kit=kit)
    browser = make.browser(owner)
    for name, public_id in (("draft_page", kit.public_id), ("edition_page", edition.public_id)):
        answer = browser.get(reverse(f"kits:{name}", args=[public_id]))
        policy = answer["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none'; img-src data:; style-src 'sha256-")
        assert "frame-ancestors 'self'" in policy
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        body = answer.content.decode()
        assert "data:image/jpeg;base64," in body
        assert "/k/picture/" not in body.split("</head>")[1]
        assert "<script" not in body
    desk = browser.get(reverse("kits:publish", args=[kit.public_id]))
    assert "frame-src 'self'" in desk["Content-Security-Policy"]
    assert desk["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["report", "white_paper"])
def test_the_draft_and_withdrawn_editions_can_be_read_on_paper_at_the_desk(name: str) -> None:
    owner = written.owner()
    kit = written.kit(owner)
    browser = make.browser(owner)
    assert browser.get(reverse("kits:draft_file", args=[kit.public_id, name])).content.startswith(b"%PDF")
    edition = editions.publish(by=owner, kit=kit)
    editions.withdraw(by=owner, edition=edition, why="Out of date")
    answer = browser.get(reverse("kits:edition_file", args=[edition.public_id, name]))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("inline")
    for wrong in ("picture", "nonsense"):
        assert browser.get(reverse("kits:edition_file", args=[edition.public_id, wrong])).status_code == 404
        assert browser.get(reverse("kits:draft_file", args=[kit.public_id, wrong])).status_code == 404


def test_a_draft_without_a_word_is_shown_all_the_same() -> None:
    owner = written.owner()
    from passalong.kits.content import Content

    kit = written.kit(owner, content=Content())
    browser = make.browser(owner)
    assert "<h1" in _page(browser, "draft_page", kit.public_id)
    for name in ("report", "white_paper"):
        assert browser.get(reverse("kits:draft_file", args=[kit.public_id, name])).status_code == 200


def test_proof_is_written_down_agreed_to_and_taken_back() -> None:
    owner = written.owner(Profession.DOCTOR)
    make.client(owner, "Anna Rivers")
    browser = make.browser(owner)
    assert "says more than a page of yours" in _page(browser, "proofs")
    nobody = browser.post(reverse("kits:add_proof"), {**WORDS, "speaker_name": "Nobody Known"})
    assert nobody.status_code == 422
    assert "Nobody on file is so named." in nobody.content.decode()
    browser.post(reverse("kits:add_proof"), {**WORDS, "speaker_name": "anna rivers"})
    proof = Proof.objects.get()
    assert str(proof.speaker) == "Anna Rivers"
    assert "Awaiting the speaker" in _page(browser, "proof", proof.public_id)
    form = _page(browser, "proof_consent", proof.public_id)
    elements = re.findall(r'name="(element_\w+)"', form)
    assert len(elements) == 9
    said = {"given_on": clock.today().isoformat(), "how": "Signed form", "expires_on": ""}
    browser.post(reverse("kits:proof_consent", args=[proof.public_id]), said | {elements[0]: "These words"})
    assert _page(browser, "proof", proof.public_id).count("The consent lacks") == 8
    browser.post(reverse("kits:proof_consent", args=[proof.public_id]), said | dict.fromkeys(elements, "As signed"))
    assert "Before it can be published" not in _page(browser, "proof", proof.public_id)
    late = browser.post(reverse("kits:proof_consent", args=[proof.public_id]), {**said, "given_on": "2999-01-01"})
    assert late.status_code == 422
    browser.get(reverse("kits:revoke_consent", args=[proof.public_id]))
    assert "covers these words" in _page(browser, "proofs")  # looking changes nothing
    browser.post(reverse("kits:revoke_consent", args=[proof.public_id]))
    assert "was revoked" in _page(browser, "proofs")
    browser.post(reverse("kits:retire_proof", args=[proof.public_id]))
    assert "A. R." not in _page(browser, "proofs")
    assert "A. R." in browser.get(reverse("kits:proofs") + "?away=1").content.decode()


def test_other_words_are_saved_and_await_the_speaker_again() -> None:
    owner = written.owner()
    proof = written.proof(owner)
    browser = make.browser(owner)
    where = reverse("kits:edit_proof", args=[proof.public_id])
    answer = browser.post(where, {**WORDS, "text": "Other words"}, follow=True)
    assert "It awaits the speaker again." in answer.content.decode()
    proof.refresh_from_db()
    assert proof.text == "Other words"


KILLED = """
import os, signal, sys, threading, time
import django
django.setup()
from passalong.accounts.models import Member
from passalong.kits.models import Kit
from passalong.kits.services import editions
kit = Kit.objects.get(public_id=sys.argv[1])
by = Member.objects.get(public_id=sys.argv[2])
keep = editions._keep_files
def halfway(edition, rendered):
    digests = keep(edition, rendered)
    print("halfway", flush=True)
    time.sleep(30)
    return digests
editions._keep_files = halfway
editions.publish(by=by, kit=kit)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the child process opens the SQLite file of this run")
def test_a_process_killed_in_the_middle_of_publishing_leaves_the_former_edition_whole(data: Path) -> None:
    from django.db import connection

    owner = written.owner()
    kit = written.published(owner)
    former = selectors.live_edition(kit)
    written.rewrite(owner, kit, title="The second edition")
    files = Edition.objects.get().files.count()
    name = str(connection.settings_dict["NAME"])
    code = f"from django.conf import settings; settings.DATABASES['default']['NAME'] = {name!r}\n{KILLED}"
    child = subprocess.Popen(
        [sys.executable, "-c", code, kit.public_id, owner.public_id], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "halfway\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    begun = time.monotonic()
    assert selectors.live_edition(kit) == former
    assert Edition.objects.filter(kit=kit).count() == 1
    assert Edition.objects.get().files.count() == files
    assert editions.publish(by=owner, kit=kit).number == 2
    assert time.monotonic() - begun < 20
