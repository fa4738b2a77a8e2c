"""Server time of pages, each asked for through the whole of Django; a tenth of the size tells whether queries grow."""

from __future__ import annotations

import importlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks.machine import machine

BAR_MS = 200
REPEATS = 30
Fill = Callable[[int], dict[str, Any]]


def serve(name: str, size: int, fill: Fill) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds and the number of queries, page by page, in a practice that fill makes
    of this size: it returns the member who asks, under "user", the cookie of a client's visit, where one asks, and the
    addresses."""
    os.environ["PASSALONG_DATA"] = tempfile.mkdtemp(prefix="passalong-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")  # serves files, not pages
    call_command("migrate", verbosity=0)
    importlib.import_module("passalong.config.wsgi")  # as the web server runs: it also sets how Python collects
    small, large = _measure(max(size // 10, 100), fill), _measure(size, fill)
    product: dict[str, Any] = {}
    for page, (median, p95, first, queries) in large.items():
        product |= {f"{page}_median_ms": median, f"{page}_p95_ms": p95, f"{page}_first_ms": first}
        product[f"{page}_queries"] = queries
    return {
        "name": name,
        "size": size,
        "machine": machine(),
        "product": product,
        "peers": {},
        "ratios": {},
        "pass": {
            **{f"{page} p95 <= {BAR_MS} ms": row[1] <= BAR_MS for page, row in large.items()},
            "queries do not grow": all(large[page][3] <= small[page][3] for page in large),
        },
    }


def _measure(size: int, fill: Fill) -> dict[str, tuple[float, float, float, int]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    desk, client, pages = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"}), fill(size)
    desk.force_login(pages.pop("user"), backend="allauth.account.auth_backends.AuthenticationBackend")
    if cookie := pages.pop("cookie", None):
        client.cookies[cookie[0]] = cookie[1]
    found = {}
    for page, url in pages.items():
        browser, took = (client if url.startswith("/me/") else desk), []
        for _ in range(REPEATS + 1):
            began = time.perf_counter()
            answer = browser.get(url)
            took.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, (url, answer.status_code)
        with CaptureQueriesContext(connection) as queries:
            browser.get(url)
        warm = sorted(took[1:])
        found[page] = (statistics.median(warm), warm[int(0.95 * len(warm))], took[0], len(queries))
    return found
