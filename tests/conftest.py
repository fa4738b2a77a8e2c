"""Every test run has a data folder of its own, and never sees the one somebody works with.

The database is a SQLite file in that folder. With PASSALONG_TEST_ON=postgresql it is the server that
PASSALONG_TEST_DATABASE_URL names; `make test` runs the tests marked `storage` that way as well.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import prepared

TESTS = Path(__file__).resolve().parent
FIRST = (
    "features/",
    "measuring/",
    "pages/test_leak",
    "rooms/core/test_backup",
    "rooms/core/test_running",
    "rooms/portal/test_killed",
)
APART = (
    *("rooms/core/test_backup.py", "rooms/core/test_backup_forgets.py", "rooms/core/test_backup_hostile.py"),
    "pages/test_leak.py",
)
DATA = Path(tempfile.mkdtemp(prefix="passalong-test-"))
FOREIGN = (
    *("PUBLIC_URL", "EMAIL_URL", "MAIL_FROM", "MAIL_INBOX", "MAIL_DKIM_KEY", "DATABASE_URL", "DATABASE_URL_FILE"),
    *("IMAP_URL", "IMAP_DONE_FOLDER", "MAIL_HOOK_SECRET", "MAIL_TRUSTED_HOST", "MAIL_OAUTH_TOKEN_URL"),
)

for name in [key for key in os.environ if key.startswith("PASSALONG_") and not key.startswith("PASSALONG_TEST_")]:
    del os.environ[name]
for name in FOREIGN:
    os.environ.pop(name, None)
os.environ["PASSALONG_DATA"] = str(DATA)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the commands do
os.environ["PASSALONG_SECRET_KEY"] = os.environ["PASSALONG_PRIVACY_KEY"] = "only for tests"
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the thread of the tests
if os.environ.get("PASSALONG_TEST_ON") == "postgresql":
    os.environ["DATABASE_URL"] = os.environ["PASSALONG_TEST_DATABASE_URL"]


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    for folder in ("static", "files", "mail", "run"):
        (DATA / folder).mkdir()
    if "DATABASE_URL" not in os.environ:
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(DATA / "test.sqlite3")
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before xdist starts its workers: each must come here for its own folder before it reads any settings."""
    if not hasattr(session.config, "workerinput") and getattr(session.config.option, "dist", "no") != "no":
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """A file's tests share what its fixtures make, so they stay with one worker; what takes longest comes first, so
    that the other worker has something left to do meanwhile."""
    for item in items:
        path = item.path.relative_to(TESTS).as_posix()
        if path not in APART and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(path))
        if item.get_closest_marker("long") and not os.environ.get("PASSALONG_TEST_LONG"):
            item.add_marker(pytest.mark.skip(reason="long: runs in make test-long"))
    yield
    items.sort(key=lambda item: not item.path.relative_to(TESTS).as_posix().startswith(FIRST))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database begins as a copy of one that was migrated once for all processes."""
    from django.db import connection

    if connection.vendor == "postgresql":
        url = os.environ["PASSALONG_TEST_DATABASE_URL"]
        connection.settings_dict["TEST"]["TEMPLATE"] = prepared.template_on_server(url)
    else:
        shutil.copy(prepared.template() / prepared.DATABASE, connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite: the file that was copied is the test database; Django applies what is missing, and that is nothing."""
    return "DATABASE_URL" not in os.environ


@pytest.fixture
def data() -> Path:
    """The data folder of this test process."""
    return DATA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty data folder for a Passalong of its own, started as a process."""
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def settings_as_before() -> Iterator[None]:
    """What a test said of the settings ends with it, whichever of its fixtures said the last of it."""
    from django.conf import settings

    before = settings._wrapped
    yield
    settings._wrapped = before


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """No test counts what another one sent: every bucket of how often an address or a link may send starts full."""
    portal = sys.modules.get("passalong.portal.limits")
    if portal is None:
        return
    rooms = [module for name, module in list(sys.modules.items()) if name.startswith("passalong.portal.")]
    for limiter in {one for room in rooms for one in vars(room).values() if isinstance(one, portal.Limiter)}:
        limiter.forget()


@pytest.fixture(autouse=True, scope="session")
def emptied_past_the_guards() -> None:
    """Tests with transactions of their own end by emptying every table, which the record's guards would refuse."""
    from django.db import connection

    from passalong.core.guards import REMOVED

    ops = type(connection.ops)
    plain = ops.execute_sql_flush

    def execute_sql_flush(self: object, statements: list[str]) -> None:
        allow = f"INSERT INTO {REMOVED} SELECT DISTINCT practice_id FROM core_event UNION SELECT -1"  # noqa: S608
        plain(self, [allow, *sorted(statements, key=lambda one: REMOVED in one)])

    ops.execute_sql_flush = execute_sql_flush
