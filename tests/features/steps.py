"""What several stories do in the same way."""

from __future__ import annotations


def set_up(page, running) -> None:
    page.goto(running.wait_for(r"http://127\.0\.0\.1:\d+/welcome/\S+"))
    page.get_by_label("Name of the practice").fill("Lindqvist Advisers")
    page.get_by_label("Your name").fill("Ingrid Lindqvist")
    page.get_by_label("Mail address").fill("ingrid@lindqvist.example")
    page.locator("input[type=password]").first.fill("seven calm herons at dawn")
    for other in page.locator("input[type=password]").all()[1:]:
        other.fill("seven calm herons at dawn")
    page.locator("main button[type=submit]").click()
