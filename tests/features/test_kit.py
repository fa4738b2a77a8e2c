"""A Referral Kit from its first word to the day it is withdrawn, told as a practice, a client and a reader live it."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader
from tests.features.conftest import Running
from tests.features.steps import set_up
from tests.screens import beyond, follow

pytestmark = pytest.mark.story

CLIENT = "Helena Okonjo"
PHONE = (  # a headless browser names itself, and is rightly taken for a machine
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1"
)
FACT = "in our experience about one in ten"


def test_from_the_first_word_to_withdrawn(public_running: Running, page: Page, browser: Browser, tmp_path: Path):
    set_up(page, public_running)
    kit = write(page, public_running)
    edition = publish(page, kit)
    client_link(page, public_running, kit)
    link, address = page.url, page.locator("#address").input_value()
    assert re.fullmatch(re.escape(public_running.address) + r"/k/[a-z2-9]{10}", address)
    check_codes(page, public_running, address, tmp_path)

    read(browser, address, tmp_path)
    answer_without_javascript(browser, address)
    reader = browser.new_context(viewport={"width": 390, "height": 844}, user_agent=PHONE)
    take_the_next_step(reader, address)

    readers(page, kit)
    page.goto(f"{public_running.address}/introductions/replies/")
    expect(page.get_by_role("heading", name="Marta Ruiz")).to_be_visible()
    assert page.get_by_text("by the link answered from").is_visible()  # who left no address is credited to nobody

    own_words(page, public_running, link, address)
    withdraw(page, edition)
    gone(reader, address)


def write(page: Page, running: Running) -> str:
    """A kit from a starting point, its open facts filled in; the address of its editor."""
    page.goto(f"{running.address}/kits/new/")
    page.get_by_label("Financial adviser").check()
    page.get_by_label("Name", exact=False).last.fill("Leaving your firm well")
    page.get_by_role("button", name="Begin writing").click()
    page.wait_for_url(re.compile(r"/kits/[a-z2-9]{13}/$"))
    kit = page.url
    page.goto(f"{kit}publish/")
    expect(page.get_by_text("Facts are still open")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).not_to_be_visible()
    page.goto(kit)
    for field in page.locator("#draft textarea:not([readonly]), #draft input[type=text]").all():
        written = field.input_value()
        if "[" in written:
            field.fill(re.sub(r"\[[^\]]*\](?!\()", FACT, written))
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#saved")).to_contain_text("Saved at")
    expect(page.frame_locator("#preview").get_by_text(FACT).first).to_be_visible(timeout=60_000)
    return kit


def publish(page: Page, kit: str) -> str:
    """The first edition; its address at the desk."""
    page.goto(f"{kit}publish/")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.goto(f"{kit}publish/")
    page.get_by_role("link", name="Edition 1").click()
    page.wait_for_url("**/kits/editions/**")
    return page.url


def client_link(page: Page, running: Running, kit: str) -> None:
    """A link for a client: off until the public address has answered, then with code and message."""
    page.goto(f"{running.address}/people/new/")
    page.get_by_label("Name", exact=True).fill(CLIENT)
    page.locator("main form button[type=submit]").last.click()
    page.goto(f"{kit}pass-along/?who=Okonjo")
    expect(page.get_by_text("not handed out")).to_be_visible()
    said = running.command("doctor")
    assert "public address" in said.stdout, said.stdout + said.stderr
    page.reload()
    assert page.get_by_text("not handed out").count() == 0
    follow(page, page.get_by_role("button", name="Open the link"))
    assert page.locator("[name=experience]").count() == 0  # an adviser's words go once a second person approved some
    page.get_by_role("button", name="It was passed along").click()
    expect(page.get_by_text("Passed along once.", exact=True)).to_be_visible()


def check_codes(page: Page, running: Running, address: str, folder: Path) -> None:
    """Every code leads to the link: the picture on the page, the file, the card."""
    code = page.locator("img[src$='code.svg']")
    code.evaluate("code => code.decode()")
    shown = Image.open(io.BytesIO(code.screenshot(scale="css")))
    png = page.get_by_role("link", name="QR code as PNG").get_attribute("href")
    filed = Image.open(io.BytesIO(page.request.get(running.address + png).body()))
    card = page.get_by_role("link", name="Card to print").get_attribute("href")
    (folder / "card.pdf").write_bytes(page.request.get(running.address + card).body())
    for picture in (shown, filed, *drawn(folder / "card.pdf")):
        assert [found.text for found in zxingcpp.read_barcodes(picture.convert("RGB"))] == [address]
    assert CLIENT not in PdfReader(folder / "card.pdf").pages[0].extract_text()


def drawn(path: Path) -> list[Image.Image]:
    """The pages of a PDF as pictures, by poppler."""
    subprocess.run(["pdftoppm", "-r", "110", "-png", path, path.with_suffix("")], check=True)
    return [Image.open(io.BytesIO(file.read_bytes())) for file in sorted(path.parent.glob(f"{path.stem}-*.png"))]


def read(browser: Browser, address: str, folder: Path) -> None:
    """The page on a phone and a screen, by day and by night; its two papers."""
    for width in (390, 1280):
        for scheme in ("light", "dark"):
            size = {"width": width, "height": 900}
            context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
            page = context.new_page()
            page.goto(address)
            assert beyond(page) == 0
            assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
            assert "Okonjo" not in page.content()
            context.close()
    context = browser.new_context()
    for name in ("report", "white-paper"):
        file = folder / f"{name}.pdf"
        file.write_bytes(context.request.get(f"{address}/{name}.pdf").body())
        told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Tagged:\s+yes", told)
        text = "".join(part.extract_text() for part in PdfReader(file).pages)
        assert FACT in " ".join(text.split())
        codes = [found.text for part in drawn(file) for found in zxingcpp.read_barcodes(part.convert("RGB"))]
        assert codes == [address]
    context.close()


def answer_without_javascript(browser: Browser, address: str) -> None:
    """All of it is there, and can be answered, where no script runs."""
    context = browser.new_context(java_script_enabled=False, user_agent=PHONE)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text(FACT).first).to_be_visible()
    page.wait_for_timeout(1500)  # a form sent sooner than anybody can read is a machine's
    page.get_by_role("group", name="Would you like help").get_by_label("No", exact=True).check()
    page.get_by_role("group", name="get in touch").get_by_label("No", exact=True).check()
    follow(page, page.get_by_role("button", name="Send my answers"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("form").count() == 0
    context.close()


def take_the_next_step(context: BrowserContext, address: str) -> None:
    """A person reads to the end and says yes twice."""
    page = context.new_page()
    page.goto(address)
    for heading in page.get_by_role("heading", level=2).all():
        heading.scroll_into_view_if_needed()
        page.wait_for_timeout(900)
    page.get_by_role("group", name="Would you like help").get_by_label("Yes", exact=True).check()
    page.get_by_role("group", name="get in touch").get_by_label("Yes, please get in touch").check()
    page.locator("#next [name=name]").fill("Marta Ruiz")
    page.locator("#next [name=reach]").fill("marta.ruiz@example.org")
    follow(page, page.get_by_role("button", name="Send my answers"))
    assert page.locator("form").count() == 0
    assert context.cookies() == []


def readers(page: Page, kit: str) -> None:
    """Two people, as soon as the journal is read: one to the end, one without a script by the answer alone."""
    for _look in range(20):
        page.goto(f"{kit}readers/")
        if page.get_by_text("2 took a next step").is_visible():
            break
        page.wait_for_timeout(1000)
    expect(page.get_by_text("2 people opened it. 2 took a next step.")).to_be_visible()


def own_words(page: Page, running: Running, link: str, address: str) -> None:
    """In a profession that asks for no second person the client's own words go with the link at once."""
    page.goto(f"{running.address}/settings/")
    page.locator("[name=profession]").select_option("consultant")
    follow(page, page.locator("main form", has=page.locator("[name=profession]")).locator("button[type=submit]"))
    page.goto(link)
    page.locator("[name=experience]").fill("They told us plainly what they would do in our place.")
    follow(page, page.get_by_role("button", name="Keep these words"))
    message = page.locator("#message").input_value()
    assert "They told us plainly" in message
    assert address in message
    assert "mailto:" in (page.get_by_role("link", name="Open in my mail").get_attribute("href") or "")


def withdraw(page: Page, edition: str) -> None:
    page.goto(edition)
    page.locator("summary", has_text="Withdraw it").click()
    page.locator("form[action$='/withdraw/'] [name=why]").fill("A figure has changed.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("Withdrawn").first).to_be_visible()


def gone(context: BrowserContext, address: str) -> None:
    """With the next request everything is gone."""
    for path in ("", "/report.pdf", "/white-paper.pdf"):
        answer = context.request.get(address + path)
        assert answer.status == 410
        assert "Leaving your firm" not in answer.text()
    assert context.request.post(f"{address}/seen", form={"view": "abcdefghijkl", "what": "form"}).status == 410
