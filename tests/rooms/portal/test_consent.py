"""The page of somebody who is asked: GET shows, POST decides, nothing is preselected, the address is not used up."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from tests import make
from tests.rooms.portal.cast import Published, published
from tests.screens import beyond

from passalong.compliance.models import Grant, GrantState, Purpose
from passalong.compliance.selectors import consent as selectors
from passalong.compliance.services import consent
from passalong.compliance.updates import SCOPES
from passalong.core import blobs, clock
from passalong.core.models import Event
from passalong.introductions.models import Reply
from passalong.introductions.services import Answer, record_reply

pytestmark = pytest.mark.django_db
CHROMIUM = shutil.which("chromium")
SCANNERS = ("Mozilla/5.0", "python-requests/2.32", "Mozilla/5.0 (compatible; SafeLinks)", "BarracudaCentral")


@pytest.fixture
def kit() -> Published:
    return published()


@pytest.fixture
def reply(kit: Published) -> Reply:
    answer = Answer("two_questions", True, "yes", name="Jo Lind", reach="jo@lind.example", passed_by="Ann Okafor")
    return record_reply(link=kit.link, edition=kit.edition, answer=answer, view="view00000001")


@pytest.fixture
def path(kit: Published, reply: Reply) -> str:
    _grant, token = consent.ask(
        by=kit.owner, about=reply.public_id, person_key=reply.person_key, recipient=kit.referrer
    )
    return f"/consent/{token}"


def news() -> Grant:
    return Grant.objects.filter(purpose=Purpose.UPDATE).order_by("-pk")[0]


def shown(path: str) -> dict[str, str]:
    """The fields of the form as a reader's browser would send them with nothing ticked."""
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', Client().get(path).content.decode())
    assert found
    return {"shown": found[1], "answer": "tell"}


def allow(path: str, *scope: str, **more: Any) -> Any:
    return Client().post(path, {**shown(path), "tell": list(scope)}, **more)


def rows() -> dict[str, list[Any]]:
    ours = [one for one in apps.get_models() if one.__module__.startswith("passalong.")]
    return {one.__name__: list(one._default_manager.order_by("pk").values()) for one in ours}


def test_the_page_says_who_asks_what_would_be_told_and_how_long(kit: Published, path: str) -> None:
    answer = Client().get(path)
    text = answer.content.decode()
    for word in (
        kit.owner.practice.name,
        "May we tell Ann Okafor?",
        "“Jo Lind and we have spoken.”",
        "“Jo Lind has decided to work with us.”",
        "Jo Lind has allowed us to tell you this, and we tell you no more than",
        "twelve months",
        "Nothing is told unless you allow it here",
    ):
        assert word in re.sub(r"\s+", " ", text), word
    assert text.count('type="checkbox"') == len(SCOPES)
    assert "checked" not in text, "nothing is preselected"
    assert not answer.cookies
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
    assert "noindex" in answer["X-Robots-Tag"]
    assert "<script" not in text


def test_scanners_change_nothing_however_often_they_come(path: str) -> None:
    before = rows()
    for agent in SCANNERS:
        for _again in range(5):
            client = Client(HTTP_USER_AGENT=agent)
            for query in ("", "?answer=tell&tell=spoke", "?answer=nothing"):
                client.get(path + query)
                client.head(path + query)
                client.options(path + query)
    assert rows() == before
    assert allow(path, "spoke").status_code == 303, "the address is not used up"


def test_allowing_keeps_the_page_as_shown_and_the_choice(kit: Published, path: str) -> None:
    page = Client().get(path).content
    answer = allow(path, "spoke")
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert not answer.cookies
    found = news()
    assert (found.state, found.given, found.scope) == (GrantState.GRANTED, "own", ["spoke"])
    assert found.evidence is not None
    kept = blobs.read(found.evidence)
    digest = hashlib.sha256(kept).hexdigest()
    assert kept == page.replace(f'value="{digest}"'.encode(), b'value=""'), "byte for byte, but for the seal in it"
    choice = b'{"answer":"tell","scope":["spoke"]}'
    assert found.evidence_hash == hashlib.sha256(kept + b"\0" + choice).hexdigest()
    text = Client().get(path).content.decode()
    assert "you allowed us to tell Ann Okafor" in re.sub(r"\s+", " ", text)
    assert "checked" not in text
    assert Event.objects.filter(kind="compliance:consent_granted", subject=found.public_id).count() == 1


def test_the_same_page_takes_it_back_and_allows_it_anew(kit: Published, path: str) -> None:
    allow(path, "spoke", "client")
    assert Client().post(path, {"answer": "nothing"}).status_code == 303
    assert news().state == GrantState.REVOKED
    assert "You have taken it back." in Client().get(path).content.decode()
    assert Client().post(path, {"answer": "nothing"}).status_code == 303, "twice is once"
    allow(path, "done")
    about = news().about
    found = selectors.live_grant(kit.owner.practice, Purpose.UPDATE, about=about, recipient=kit.referrer)
    assert found is not None
    assert found.scope == ["done"]


def test_saying_no_is_kept_and_can_be_thought_over(path: str) -> None:
    Client().post(path, {"answer": "nothing"})
    assert news().state == GrantState.DECLINED
    assert "we do not ask again" in Client().get(path).content.decode()
    assert allow(path, "spoke").status_code == 303
    assert news().state == GrantState.GRANTED


def test_nothing_ticked_an_unknown_word_or_a_changed_page_allow_nothing(kit: Published, path: str) -> None:
    form = shown(path)
    assert Client().post(path, form).status_code == 422
    assert Client().post(path, {**form, "tell": "everything"}).status_code == 422
    assert Client().post(path, {**form, "tell": "spoke", "answer": "maybe"}).status_code == 422
    assert Client().post(path, {"answer": "tell", "tell": "spoke"}).status_code == 409
    kit.owner.practice.name = "Another name"
    kit.owner.practice.save()
    answer = Client().post(path, {**form, "tell": "spoke"})
    assert answer.status_code == 409
    assert "has changed since you opened it" in answer.content.decode()
    assert news().state == GrantState.ASKED
    assert allow(path, "spoke").status_code == 303


def test_unknown_ended_and_foreign_addresses_answer_alike(kit: Published, path: str, settings: Any) -> None:
    wrong = [Client().get(f"/consent/{token}") for token in ("x" * 32, "x", "%00", "x" * 5000, kit.link.token)]
    posted = Client().post("/consent/" + "x" * 32, {"answer": "tell", "tell": "spoke"})
    settings.CLOCK_OFFSET = timedelta(days=31).total_seconds()
    ended = Client().get(path)
    assert {one.status_code for one in (*wrong, posted, ended)} == {404}
    assert {one.content for one in (*wrong, posted)} == {ended.content}
    assert Client().post(path, {"answer": "tell", "tell": "spoke"}).status_code == 404
    token = path.rpartition("/")[2]
    for other in ("/pass/", "/k/", "/u/"):
        assert b"Jo Lind" not in Client().get(other + token).content


def test_guessing_is_slowed_and_another_site_posts_nothing(path: str) -> None:
    for sent in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        assert allow(path, "spoke", **sent).status_code == 403
    assert news().state == GrantState.ASKED
    answers = [Client().get(f"/consent/guess{number}").status_code for number in range(100)]
    assert set(answers) == {404, 429}
    assert Client().get(path).status_code == 200, "a true address still opens"


def test_nobody_of_the_practice_answers_for_the_person(kit: Published, path: str) -> None:
    form = {**shown(path), "tell": "spoke"}
    assert make.browser(kit.owner).post(path, form).status_code == 403
    assert news().state == GrantState.ASKED
    assert make.browser(make.member()).post(path, form).status_code == 303, "members elsewhere are people too"


def test_a_later_no_on_the_kits_page_ends_it_all(kit: Published, reply: Reply, path: str) -> None:
    allow(path, "spoke")
    answer = Answer("two_questions", True, "no", name="Jo Lind", reach="JO@lind.example ")
    record_reply(link=kit.link, edition=kit.edition, answer=answer, view="view00000002")
    assert news().state == GrantState.REVOKED
    assert not selectors.may_be_contacted(kit.owner.practice, person_key=reply.person_key)


def test_what_is_forgotten_opens_nothing(reply: Reply, path: str) -> None:
    reply.evidence.all().delete()
    Reply.objects.filter(pk=reply.pk).delete()
    assert Client().get(path).status_code == 404


@pytest.mark.story
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_works_in_a_browser_without_javascript_and_is_clean(
    live_server: Any, path: str, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        view = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        page = view.new_page()
        page.goto(live_server.url + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert beyond(page) == 0
        plain = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
        page = plain.new_page()
        page.goto(live_server.url + path)
        page.get_by_label("That we have spoken").check()
        page.get_by_role("button", name="Allow what I ticked").click()
        assert "you allowed us to tell Ann Okafor" in page.inner_text("main")
        page.get_by_role("button", name="Take it back").click()
        assert "You have taken it back." in page.inner_text("main")
        assert not plain.cookies()
        browser.close()
    assert clock.now() > news().created_at
    assert news().state == GrantState.REVOKED
