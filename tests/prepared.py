"""A data folder as `passalong start` leaves an empty one, made once and copied by every test that begins there.

The real command makes it; that it does so by itself on an empty folder is what tests/rooms/core/test_running.py tries.
It is kept beside the tests' packages, under a name made of every migration and every package, so that the
processes of a run, and the next run, share it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src/passalong"
KEPT = Path(sys.prefix) / "prepared"
NAMES_KEPT = 3
DATABASE = "passalong.sqlite3"
FOREIGN = ("PASSALONG_", "DJANGO_", "DATABASE_URL", "PUBLIC_URL")


def lay_out(folder: Path) -> Path:
    """An empty Passalong in this folder: database and styles, no keys."""
    made = template()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy(made / DATABASE, folder / DATABASE)
    shutil.copytree(made / "static", folder / "static", dirs_exist_ok=True)
    return folder


def template() -> Path:
    """The folder to copy from; the first that asks makes it while the others wait."""
    with _one_at_a_time():
        made = KEPT / mark()
        if not made.is_dir():
            _make(made)
            for old in sorted(KEPT.glob("*/"), key=lambda path: path.stat().st_mtime)[:-NAMES_KEPT]:
                shutil.rmtree(old)
    return made


def template_on_server(url: str) -> str:
    """The same on the PostgreSQL server of the tests: the name of a database to copy from."""
    import psycopg

    name = f"prepared_{mark()}"
    with _one_at_a_time(), psycopg.connect(url, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute("DROP DATABASE IF EXISTS preparing")
            server.execute("CREATE DATABASE preparing")
            with tempfile.TemporaryDirectory() as data:
                more = {"PASSALONG_DATA": data, "DATABASE_URL": f"{url.rpartition('/')[0]}/preparing"}
                _run("-m", "passalong.config.manage", "migrate", "--verbosity", "0", **more)
            server.execute(f"ALTER DATABASE preparing RENAME TO {name}")
    return name


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def mark() -> str:
    """Changes with whatever shapes an empty database."""
    digest = hashlib.sha256()
    for path in sorted([*SOURCE.glob("*/migrations/*.py"), SOURCE / "core/guards.py"]):
        digest.update(f"{path.relative_to(SOURCE)}\n".encode() + path.read_bytes())
    for line in sorted(f"{one.name} {one.version}" for one in distributions()):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()[:16]


def _make(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=KEPT, prefix="making-") as making:
        data = Path(making) / "data"
        _run("-m", "passalong.cli.preparing", "--data", str(data), "--parent", str(os.getpid()), "--tell", "1")
        data.rename(target)


def _run(*words: str, **more: str) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    done = subprocess.run([sys.executable, *words], env=kept | more, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"An empty Passalong could not be made:\n{done.stdout}{done.stderr}")
