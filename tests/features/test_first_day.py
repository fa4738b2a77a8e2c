"""The first day of a practice, told as its owner lives it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.features.steps import set_up
from tests.screens import beyond, follow

pytestmark = pytest.mark.story


def linkedin_file(folder: Path) -> Path:
    """What LinkedIn hands out: a notice, a blank line, the table."""
    path = folder / "Connections.csv"
    rows = [
        ("Helena", "Okonjo", "Harbor Dental", "Dentist and owner"),
        ("Marta", "Ruiz", "St. Brigid Hospital", "Chief pharmacist"),
        ("Piotr", "Nowak", "Nowak Interiors", "Founder"),
        ("Lena", "Falk", "Falk & Sons", "Managing partner"),
        *((f"Extra{'abcdefghij'[n]}", f"Person{'abcdefghij'[n]}", f"Firm {n}", "Clerk") for n in range(10)),
    ]
    with path.open("w", newline="") as file:
        file.write('Notes:\n"When exporting your connection data, you may notice ..."\n\n')
        writer = csv.writer(file)
        writer.writerow(["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"])
        for given, family, firm, role in rows:
            url = f"https://www.linkedin.com/in/{given}-{family}".lower()
            writer.writerow([given, family, url, f"{given}.{family}@example.org".lower(), firm, role, "07 Dec 2025"])
    return path


def member_list(folder: Path) -> Path:
    """Who belongs to the youth orchestra's board: a small group."""
    path = folder / "orchestra-board.csv"
    path.write_text(
        "Name,Email\nHelena Okonjo,helena.okonjo@example.org\nMarta Ruiz,marta.ruiz@example.org\n"
        "Samuel Oyelaran,samuel@example.org\n"
    )
    return path


def fit_check(page) -> None:
    page.wait_for_url("**/fit-check/")
    for choice in page.get_by_label("True", exact=True).all():
        choice.check()
    page.get_by_role("button", name="See the answer").click()
    expect(page.get_by_text("Yes: working by referral suits you.")).to_be_visible()


def bring_in(page, running, path: Path, *, group: str = "", kind: str = "") -> None:
    page.goto(f"{running.address}/import/")
    page.set_input_files("input[type=file]", str(path))
    if group:
        for folded in page.locator("main details:not([open]) > summary").all():
            folded.click()
        page.locator("[name=group]").fill(group)
        page.locator("[name=group_kind]").select_option(kind)
        page.locator("[name=public]").check()
    page.locator("main form:has(input[type=file]) button[type=submit]").click()
    page.get_by_role("button", name="Bring in").click()
    page.get_by_text("Done", exact=False).first.wait_for(timeout=60_000)


def make_client(page, running, name: str) -> None:
    page.goto(f"{running.address}/people/?q={name.split()[-1]}")
    page.get_by_role("link", name=name).first.click()
    folded = page.locator("details:has(select[name=kind] option[value=client]) > summary")
    if folded.count() and not page.locator("select[name=kind]:has(option[value=client])").is_visible():
        folded.first.click()
    page.locator("select[name=kind]:has(option[value=client])").select_option("client")
    page.locator("form:has(select[name=kind] option[value=client]) button[type=submit]").click()


def wish(page, running, name: str) -> None:
    page.goto(f"{running.address}/people/?q={name.split()[-1]}")
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("button", name="wish list").click()


def tap(page, name: str, answer: str) -> None:
    card = page.locator("#sheet article", has=page.get_by_role("heading", name=name))
    card.get_by_role("button", name=answer, exact=True).click()
    page.locator("#said", has_text=name).wait_for()


def test_from_set_up_to_the_sheet_on_paper(running, page, tmp_path):
    set_up(page, running)
    fit_check(page)

    bring_in(page, running, linkedin_file(tmp_path))
    bring_in(page, running, member_list(tmp_path), group="Harbor Youth Orchestra", kind="board")
    page.goto(f"{running.address}/people/")
    expect(page.get_by_text("Samuel Oyelaran")).to_be_visible()

    make_client(page, running, "Helena Okonjo")
    page.get_by_role("link", name="Fact sheet").first.click()
    fact = page.locator("input[name*=school]").first
    fact.fill("Weston College")
    page.get_by_role("button", name="Save").first.click()

    for name in ("Marta Ruiz", "Piotr Nowak", "Lena Falk", "Samuel Oyelaran"):
        wish(page, running, name)
    page.goto(f"{running.address}/ideal-client/")
    page.get_by_label("Show names from this probability on").fill("0")
    page.get_by_role("button", name="Save").first.click()

    page.goto(f"{running.address}/gameplan/")
    follow(page, page.get_by_role("link", name="Helena Okonjo"))
    assert page.locator(".prompt-name").first.inner_text().strip() in ("Marta Ruiz", "Samuel Oyelaran")
    gameplan = page.url

    page.get_by_role("button", name="Go straight to the names").click()
    expect(page.locator("#sheet article h2.prompt-name")).to_have_count(4)
    expect(page.get_by_text("You both serve on the board of Harbor Youth Orchestra.")).to_have_count(2)
    for name, answer in (
        ("Marta Ruiz", "I know them well"),
        ("Piotr Nowak", "I know them"),
        ("Lena Falk", "I do not know them"),
        ("Samuel Oyelaran", "Rather not"),
    ):
        tap(page, name, answer)
        expect(page.locator("#sheet article h2.prompt-name", has_text=name)).to_have_count(0)
    page.locator("#said li", has_text="Marta Ruiz").get_by_role("button", name="I will introduce you").click()
    page.locator("#said li", has_text="Marta Ruiz").get_by_text("I will introduce you").wait_for()

    page.goto(gameplan)
    expect(page.get_by_text("We know too little of Helena yet")).to_be_visible()
    page.locator("summary", has_text="Left out: 4").click()
    expect(page.get_by_text("the client would rather not")).to_be_visible()
    page.goto(f"{running.address}/introductions/")
    expect(page.get_by_role("link", name="Marta Ruiz", exact=True)).to_be_visible()

    wish(page, running, "Extraa Persona")
    page.goto(gameplan)
    found = running.command("gameplan", "Helena Okonjo", "--format", "pdf", "--out", str(tmp_path / "sheet.pdf"))
    assert found.returncode == 0, found.stderr
    check_pdf(tmp_path / "sheet.pdf")
    downloaded = page.request.get(running.address + page.get_by_role("link", name="Sheet as PDF").get_attribute("href"))
    (tmp_path / "page.pdf").write_bytes(downloaded.body())
    check_pdf(tmp_path / "page.pdf")


def check_pdf(path: Path) -> None:
    """The sheet a client gets: the name asked about, the four boxes, nothing of the desk."""
    text = "\n".join(part.extract_text() for part in PdfReader(path).pages)
    assert "Helena Okonjo" in text
    assert "Extraa Persona" in text
    assert "Rather not" in text
    assert "%" not in text
    assert "rather not introduce" not in text
    assert "Samuel" not in text


PAGES = (
    "/",
    "/people/",
    "/people/new/",
    "/wish-list/",
    "/wish-list/new/",
    "/ideal-client/",
    "/fit-check/",
    "/gameplan/",
    "/introductions/",
    "/import/",
    "/import/addresses/",
    "/settings/",
    "/settings/members/",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_demo_is_free_of_barriers_and_fits_a_phone(demo_running, scheme, browser):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(running_link(demo_running))
    page.locator("main button[type=submit]").first.click()
    page.goto(f"{demo_running.address}/gameplan/")
    client = page.get_by_role("link", name="Helena Okonjo").get_attribute("href").split("/")[2]
    troubles = []
    for path in (*PAGES, f"/people/{client}/", f"/people/{client}/facts/", f"/gameplan/{client}/"):
        answer = page.goto(demo_running.address + path)
        assert answer.status == 200, path
        wide = beyond(page)
        troubles += [f"{path} is {wide} px too wide"] if wide else []
        troubles += [f"{path}: {found['id']}" for found in Axe().run(page).response["violations"]]
    page.get_by_role("button", name="Go straight to the names").click()
    page.locator("#sheet summary").first.click()
    troubles += [f"meeting sheet: {found['id']}" for found in Axe().run(page).response["violations"]]
    troubles += ["the meeting sheet is too wide"] if beyond(page) else []
    assert not troubles


def running_link(running) -> str:
    """A fresh sign-in link for the demo's owner."""
    told = running.command("link", "miriam@rowanpike.example")
    return told.stdout.strip().splitlines()[-1]
