"""What every test in a real browser needs of its page: to have arrived, and to fit the screen."""

from __future__ import annotations

from typing import Any


def follow(page: Any, locator: Any) -> None:
    """Click, and wait until the page it leads to is there as a whole: a click alone returns while it still comes in."""
    with page.expect_navigation():
        locator.click()


def beyond(page: Any) -> int:
    """How many pixels of the page stand beyond the right edge of the screen; none on a page that fits."""
    page.wait_for_load_state()  # between two pages there is no document to measure
    return max(0, page.evaluate("document.documentElement.scrollWidth") - page.viewport_size["width"])
