"""The brief: one page for a partner, by private link and on paper, with nobody else's data on it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader
from tests import make

from passalong.accounts.models import Member
from passalong.contacts.person import person_of
from passalong.core import erasing
from passalong.core.errors import Refused
from passalong.core.masking import masked
from passalong.interviews import brief_paper
from passalong.interviews.models import Brief, BriefKey, Partner
from passalong.interviews.selectors import briefs as brief_reads
from passalong.interviews.services import briefs, partnering

pytestmark = pytest.mark.django_db
SAID = {
    "helps": "Owners of small firms who think of selling.",
    "recognise": "They say: “I cannot do this for ever.”",
    "words": "I know somebody who sorts this out. May I send you something short?",
    "happens": "They read. Nobody calls them unless they ask for it.",
}


@pytest.fixture
def owner() -> Member:
    return make.member(make.practice("Harbour Advice"))


@pytest.fixture
def pat(owner: Member) -> Partner:
    return partnering.choose(by=owner, contact=make.contact(owner, "Pat Ledger"), trade="Tax")


def written(pat: Partner, **said: Any) -> Brief:
    return briefs.write(by=Member.objects.filter(practice=pat.practice)[0], partner=pat, **(SAID | said))


def text_of(pdf: bytes) -> tuple[int, str]:
    paper = PdfReader(io.BytesIO(pdf))
    return len(paper.pages), " ".join(" ".join(page.extract_text() for page in paper.pages).split())


def test_a_version_is_never_changed_and_the_link_shows_the_newest(owner: Member, pat: Partner) -> None:
    first = written(pat)
    assert written(pat) == first, "the same words stay the same version"
    path = f"/brief/{briefs.give_link(by=owner, partner=pat)}"
    assert "think of selling" in Client().get(path).content.decode()
    second = written(pat, helps="Families who have inherited a house.")
    assert (first.number, second.number) == (1, 2)
    told = Client().get(path).content.decode()
    assert "inherited a house" in told
    assert "think of selling" not in told
    first.refresh_from_db()
    assert first.helps == SAID["helps"]


def test_dots_where_own_words_belong_are_refused_beside_their_field(owner: Member, pat: Partner) -> None:
    page = make.browser(owner)
    path = f"/interviews/partners/{pat.public_id}/brief/"
    begun = brief_reads.begun(owner.practice)
    assert "…" in begun["recognise"]
    assert "Write your own words where the dots stand" in page.post(path, begun).content.decode()
    for field in ("helps", "recognise"):
        with pytest.raises(Refused) as refused:
            written(pat, **{field: f"Something of our own.\n{begun[field].splitlines()[-1]} "})
        assert refused.value.field == field
    assert not Brief.objects.exists()
    written(pat, words="“I know somebody … may I send it?”")


def test_the_page_by_link_holds_nobody_elses_data_and_counts_nothing(owner: Member, pat: Partner) -> None:
    for name in ("Ann Okafor", "Lee Ward"):
        email = f"{name.split()[0].lower()}@secret.example"
        partnering.choose(by=owner, contact=make.contact(owner, name, email=email), trade="Tax")
    written(pat)
    path = f"/brief/{briefs.give_link(by=owner, partner=pat)}"
    answer = Client().get(path)
    told = answer.content.decode()
    for other in ("Okafor", "Ward", "secret.example", "Pat Ledger", owner.user.name, owner.user.email):
        assert other not in told, other
    assert "Harbour Advice" in told
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies
    for method in ("post", "put", "delete"):
        assert getattr(Client(), method)(path).status_code == 405


def test_on_paper_it_is_one_page_however_long(owner: Member, pat: Partner) -> None:
    brief = written(pat)
    path = f"/brief/{briefs.give_link(by=owner, partner=pat)}/brief.pdf"
    answer = Client().get(path)
    assert answer["Content-Type"] == "application/pdf"
    pages, told = text_of(answer.content)
    assert pages == 1
    for words in ("Harbour Advice", "Whom we help", "think of selling", "Words to use", "Version 1"):
        assert words in told
    assert "Pat" not in told
    long = written(pat, **dict.fromkeys(SAID, ("A sentence that goes on for a while. " * 40)[:1490]))
    assert text_of(brief_paper.render(long))[0] == 1
    lines = written(pat, **{name: "\n".join(["- a line"] * 12) for name in SAID})
    assert text_of(brief_paper.render(lines))[0] == 1
    markup = written(pat, helps='#import "/etc/passwd" \n= $x$ <script>alert(1)</script> @cite')
    assert "#import" in text_of(brief_paper.render(markup))[1], "text is data, never markup"
    assert brief.number == 1


def test_scripts_are_inert_on_the_page(owner: Member, pat: Partner) -> None:
    written(pat, helps="<script>alert(1)</script> <img src=x onerror=alert(2)>")
    told = Client().get(f"/brief/{briefs.give_link(by=owner, partner=pat)}").content.decode()
    assert "<script>alert" not in told
    assert "<img" not in told


def test_a_new_link_ends_the_old_one_and_ended_and_unknown_are_told_alike(owner: Member, pat: Partner) -> None:
    with pytest.raises(Refused, match="Write the brief first"):
        briefs.give_link(by=owner, partner=pat)
    written(pat)
    old = briefs.give_link(by=owner, partner=pat)
    new = briefs.give_link(by=owner, partner=pat)
    assert Client().get(f"/brief/{new}").status_code == 200
    gone, never = Client().get(f"/brief/{old}"), Client().get("/brief/nobody-was-given-this")
    assert gone.status_code == never.status_code == 404
    assert gone.content == never.content
    assert Client().get(f"/brief/{old}/brief.pdf").content == never.content
    assert not BriefKey.objects.filter(token_digest__in=(old, new)).exists(), "no secret is kept"
    assert masked(f"GET /brief/{new}/brief.pdf") == "GET /brief/…/brief.pdf"
    briefs.end_link(by=owner, partner=pat)
    assert Client().get(f"/brief/{new}").status_code == 404


def test_letting_a_partner_go_ends_their_link(owner: Member, pat: Partner) -> None:
    written(pat)
    path = f"/brief/{briefs.give_link(by=owner, partner=pat)}"
    partnering.let_go(by=owner, partner=pat)
    assert Client().get(path).status_code == 404


def test_whoever_tries_secrets_is_slowed_down(owner: Member, pat: Partner) -> None:
    written(pat)
    path = f"/brief/{briefs.give_link(by=owner, partner=pat)}"
    answers = {Client().get(f"/brief/guess{number}").status_code for number in range(70)}
    assert answers == {404, 429}
    assert Client().get(path).status_code == 200, "a true link is not held up by that"


def test_names_of_people_on_file_and_words_that_press_are_refused(owner: Member, pat: Partner) -> None:
    make.client(owner, "Ann Okafor")
    make.contact(owner, "Rose")
    cases = {
        "helps": "People like ann  OKAFOR, who sold her firm.",
        "words": "Hurry, it is guaranteed.",
        "happens": " ",
        "recognise": "x" * 1501,
    }
    for field, text in [*cases.items(), ("helps", "line\n" * 13)]:
        with pytest.raises(Refused) as refused:
            written(pat, **{field: text})
        assert refused.value.field == field
    assert not Brief.objects.exists()
    written(pat, helps="People who grow a rose, like Pat Ledger does.")
    other = make.member()
    make.client(other, "Zoe Foreign")
    assert written(pat, helps="Zoe Foreign is on file elsewhere.").number == 2


def test_what_the_profession_forbids_in_words_handed_on_is_refused() -> None:
    by = make.member(make.practice(profession="attorney"))
    pat = partnering.choose(by=by, contact=make.contact(by), trade="Tax")
    with pytest.raises(Refused, match=r"attorney\.client-words"):
        written(pat, words="They won my case and got me off.")


def test_it_is_written_and_given_out_on_its_page_and_the_link_is_shown_once(owner: Member, pat: Partner) -> None:
    web, path = make.browser(owner), f"/interviews/partners/{pat.public_id}/brief/"
    first = web.get(path).content.decode()
    assert "May I send it to you" in first, "there is something to begin with"
    assert web.get(f"{path}brief.pdf").status_code == 404
    assert web.post(path, SAID | {"helps": ""}).status_code == 422
    assert web.post(path, SAID).status_code == 302
    shown = web.post(f"{path}link/", {"act": "give"})
    found = re.search(r'value="[^"]*(/brief/[\w-]+)"', shown.content.decode())
    assert found
    assert shown["Cache-Control"] == "no-store"
    assert Client().get(found[1]).status_code == 200
    assert found[1] not in web.get(path).content.decode()
    assert web.get(f"{path}brief.pdf")["Content-Type"] == "application/pdf"
    web.post(f"{path}link/", {"act": "end"})
    assert Client().get(found[1]).status_code == 404


def test_a_name_in_a_brief_goes_when_its_person_is_forgotten(owner: Member, pat: Partner) -> None:
    written(pat, helps="People like Zoe Hill, whom everybody here knows.")
    zoe = make.contact(owner, "Zoe Hill")
    erasing.erase(person_of(zoe), why="asked")
    assert "Zoe Hill" not in Brief.objects.get().helps
    assert "whom everybody here knows" in Brief.objects.get().helps
