"""Pages of writing without a browser: what they answer, what they refuse, what a frame may do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.kits import starting
from passalong.kits.forms import DraftForm
from passalong.kits.models import Kit, Proof
from passalong.kits.selectors import writing as selectors
from passalong.kits.services import writing as services

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def kit(owner: Member) -> Kit:
    return services.create(by=owner, name="Moving", start="real_estate")


def posted(kit: Kit, **changes: object) -> dict[str, object]:
    """What the form sends for the draft as it stands, with these changes."""
    last, content = selectors.last_version(kit), selectors.draft(kit)
    assert last is not None
    sent = DraftForm.initial_of(content, last.number, selectors.stamp(content)) | changes
    return {name: "on" if value is True else value for name, value in sent.items() if value is not False}


def test_a_kit_begins_with_the_trades_own_text(owner: Member) -> None:
    browser = make.browser(owner)
    assert "What a client passes to a friend" in browser.get("/kits/").content.decode()
    assert "Write the first kit" in browser.get("/kits/").content.decode()
    page = browser.get("/kits/new/").content.decode()
    assert re.findall(r'name="start"\s+value="(\w+)"', page)[0] == "adviser"
    answer = browser.post("/kits/new/", {"start": "adviser", "name": ""})
    kit = Kit.objects.get()
    assert answer["Location"] == f"/kits/{kit.public_id}/"
    assert (kit.name, kit.start) == ("Financial adviser", "adviser")
    assert selectors.draft(kit) == next(one.content for one in starting.starts() if one.key == "adviser")
    browser.post("/kits/new/", {"start": starting.EMPTY, "name": "Mine"})
    assert selectors.draft(Kit.objects.get(name="Mine")).title == ""
    assert browser.post("/kits/new/", {"start": "../../secret", "name": "x"}).status_code == 422


def test_the_button_keeps_and_leads_back(owner: Member, kit: Kit) -> None:
    browser = make.browser(owner)
    answer = browser.post(
        f"/kits/{kit.public_id}/", posted(kit, title="Another title", on_mail=True, to_mail="a@example.org")
    )
    assert answer.status_code == 302
    kept = selectors.draft(kit)
    assert kept.title == "Another title"
    assert [(step.kind, step.target) for step in kept.steps] == [("two_questions", ""), ("mail", "a@example.org")]


def test_an_address_without_its_tick_is_kept_and_a_tick_taken_away_counts(owner: Member, kit: Kit) -> None:
    browser, at = make.browser(owner), f"/kits/{kit.public_id}/"
    browser.post(at, posted(kit, to_phone="+1 212 555 0123"))
    assert [step.target for step in selectors.draft(kit).steps] == ["", "+12125550123"]
    browser.post(at, posted(kit, on_phone=False))
    assert [step.target for step in selectors.draft(kit).steps] == [""]


def test_autosave_answers_with_what_changed_around_the_text(owner: Member, kit: Kit) -> None:
    browser = make.browser(owner)
    at, htmx = f"/kits/{kit.public_id}/", {"HTTP_HX_REQUEST": "true"}
    answer = browser.post(at, posted(kit, problems="Our award-winning team."), **htmx)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Saved at" in said
    assert "award-winning" in said
    assert f'name="seen" value="{selectors.stamp(selectors.draft(kit))}"' in said
    answer = browser.post(at, posted(kit, title="Kept all the same", on_booking=True, to_booking="ftp://x"), **htmx)
    assert answer.status_code == 422
    assert "A booking address begins with https://" in answer.content.decode()
    assert selectors.draft(kit).title == "Kept all the same"
    assert not [step for step in selectors.draft(kit).steps if step.target]


def test_words_beyond_the_bound_come_back_and_others_are_kept(owner: Member, kit: Kit) -> None:
    before = selectors.draft(kit)
    answer = make.browser(owner).post(f"/kits/{kit.public_id}/", posted(kit, title="New", problems="x" * 20_001))
    assert answer.status_code == 422
    assert "x" * 20_001 in answer.content.decode()
    assert selectors.draft(kit) == replace(before, title="New")


def test_proofs_stand_in_the_order_of_their_places(owner: Member, kit: Kit) -> None:
    own = {"practice": owner.practice, "kind": "testimonial", "text": "Fine.", "relation": "client"}
    one, two, three = (Proof.objects.create(shown_as=name, **own) for name in ("One", "Two", "Three"))
    theirs = Proof.objects.create(**(own | {"practice": make.practice()}), shown_as="Theirs")
    places = {f"place_{one.public_id}": 2, f"place_{three.public_id}": 1, f"place_{theirs.public_id}": 3}
    make.browser(owner).post(f"/kits/{kit.public_id}/", posted(kit, **places))
    assert selectors.draft(kit).proofs == (three.public_id, one.public_id)
    page = make.browser(owner).get(f"/kits/{kit.public_id}/").content.decode()
    assert "Theirs" not in page
    assert f'name="place_{two.public_id}"' in page


def test_history_compares_and_restores(owner: Member, kit: Kit) -> None:
    other = make.assistant(owner.practice)
    services.save(by=other, kit=kit, content=replace(selectors.draft(kit), title="A new title"), based_on=1)
    browser, at = make.browser(owner), f"/kits/{kit.public_id}/"
    page = browser.get(f"{at}history/").content.decode()
    assert str(other.user) in page
    compared = browser.get(f"{at}compare/?a=2&b=1").content.decode()
    assert "A new title</ins>" in compared
    assert browser.get(f"{at}compare/?a=2&b=2").status_code == 302
    for numbers in ("a=2&b=9", "a=x&b=1", "a=1", f"a=1&b={'9' * 40}"):
        assert browser.get(f"{at}compare/?{numbers}").status_code == 404
    assert browser.post(f"{at}restore/", {"number": "1"}).status_code == 302
    assert selectors.draft(kit).title == "When the parents' house becomes too large"
    assert browser.get(f"{at}restore/").status_code == 405


def test_rename_archive_and_back(owner: Member, kit: Kit) -> None:
    browser, at = make.browser(owner), f"/kits/{kit.public_id}/"
    browser.post(f"{at}rename/", {"name": "Called otherwise"})
    assert "Called otherwise" in browser.get("/kits/").content.decode()
    browser.post(f"{at}rename/", {"name": ""})
    kit.refresh_from_db()
    assert kit.name == "Called otherwise"
    browser.post(f"{at}archive/")
    assert "Called otherwise" not in browser.get("/kits/?q=call", headers={"HX-Request": "true"}).content.decode()
    assert "Called otherwise" in browser.get("/kits/?archived=1&q=call").content.decode()
    browser.post(f"{at}bring-back/")
    assert "Called otherwise" in browser.get("/kits/").content.decode()


def test_the_preview_runs_nothing_and_shows_hostile_words_as_words(owner: Member, kit: Kit) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ settings.SECRET_KEY }} {% load static %}"
    content = replace(selectors.draft(kit), title=hostile, problems=hostile)
    services.save(by=owner, kit=kit, content=content, based_on=1)
    answer = make.browser(owner).get(f"/kits/{kit.public_id}/preview/")
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-same-origin; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "settings.SECRET_KEY" in page  # as words
    editor = make.browser(owner).get(f"/kits/{kit.public_id}/")
    assert "<script>alert" not in editor.content.decode()
    assert "frame-src 'self'" in editor["Content-Security-Policy"]


def test_another_practice_finds_nothing(owner: Member, kit: Kit) -> None:
    stranger = make.browser(make.member())
    for path in ("", "preview/", "history/", "compare/?a=1&b=1"):
        assert stranger.get(f"/kits/{kit.public_id}/{path}").status_code == 404
    for path in ("", "rename/", "archive/", "bring-back/", "restore/", "pictures/"):
        assert stranger.post(f"/kits/{kit.public_id}/{path}", {"name": "x", "number": "1"}).status_code == 404
    assert make.browser().get("/kits/").status_code == 302
    kit.refresh_from_db()
    assert (kit.name, kit.archived_at, kit.versions.count()) == ("Moving", None, 1)
