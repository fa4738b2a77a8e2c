"""start, web, worker, tick: everything on one machine, or each part alone."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import click

from passalong.core.supervisor import Child, Supervisor, die_with_parent

READY_WITHIN = 60.0
WEB_THREADS = 4
TICK_EVERY = 20.0
BEHIND_WEB = 5  # niceness of what nobody waits for, on the machine that also answers pages

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="PASSALONG_DATA",
    default="data",
    show_default=True,
    show_envvar=True,
    help="Folder of everything that must be kept.",
)
host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
port_option = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
parent_option = click.option("--parent", type=int, hidden=True, help="End when this process ends.")


@click.command()
@data_option
@host_option
@port_option
@click.option("--open", "open_", is_flag=True, help="Open the page in a browser when it answers.")
@click.option("--demo", is_flag=True, help="Put the invented demo practice in and print one gameplan.")
def start(data: Path, host: str, port: int, open_: bool, demo: bool) -> None:
    """Run everything on this machine: web server, task worker and scheduler.

    Makes the data folder and its secret on the first run, brings the database up to date (SQLite is copied aside
    first), prints a single-use link to set a practice up while there is none, and stays until Ctrl-C.

    \b
    Examples:
      passalong start
      passalong start --data ~/passalong --port 8080 --open
      passalong start --demo
    """
    from passalong.cli.preparing import make_folder

    data = data.expanduser().resolve()
    make_folder(data)
    with _only_one(data, host, port):
        _check_port(host, port)
        preparation = Preparation(data, demo=demo)
        preparation.up_to_date()
        supervisor = Supervisor(_children(host, port), env=_environment(data), say=_say)
        greeting = Greeting(f"http://{_reachable(host)}:{port}", data, preparation, supervisor, open_=open_)
        threading.Thread(target=greeting.say, daemon=True).start()
        supervisor.run()
    _say("Stopped.")
    if greeting.failed:
        sys.exit(1)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _environment(data: Path) -> dict[str, str]:
    return {**os.environ, "PASSALONG_DATA": str(data)}


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not bound


def _only_one(data: Path, host: str, port: int) -> IO[str]:
    """The lock of this data folder, held until the file is closed."""
    file = (data / "run" / "start.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        where = file.read().strip()
        raise click.ClickException(
            f"Passalong runs on {data} already{f' ({where})' if where else ''}. Nothing was changed. "
            "Stop it first, or choose another folder with --data."
        ) from error
    file.truncate(0)
    file.write(f"http://{_reachable(host)}:{port}/")
    file.flush()
    return file


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} on {host} cannot be used ({error.strerror}). Nothing was changed. "
                "Stop what uses it, or choose another with --port."
            ) from error


class Preparation:
    """Folder, database, static files, then demo and links, in a process of its own that tells how far it is."""

    def __init__(self, data: Path, *, demo: bool = False) -> None:
        read, write = os.pipe()
        command = [sys.executable, "-m", "passalong.cli.preparing", "--parent", str(os.getpid())]
        options = ["--data", str(data), "--tell", str(write), *(["--demo"] if demo else [])]
        self._process = subprocess.Popen([*command, *options], pass_fds=[write])
        os.close(write)
        self._told = os.fdopen(read)

    def up_to_date(self) -> None:
        """Return when servers can start; exit as the process did when it failed, having said why."""
        if not self._told.readline():
            code = self._process.wait()
            sys.exit(code if code > 0 else 1)

    def links(self) -> dict[str, str] | None:
        """Return when all is done, with the links to print; None when it failed."""
        text = self._told.readline()
        self._told.close()
        if self._process.wait() or not text:
            return None
        links: dict[str, str] = json.loads(text)
        return links


def _children(host: str, port: int) -> list[Child]:
    passalong, parent = [sys.executable, "-m", "passalong.cli"], ["--parent", str(os.getpid())]
    return [
        Child("web", [*passalong, "web", "--host", host, "--port", str(port), *parent]),
        Child("worker", [*passalong, "worker", *parent]),
        Child("tick", [*passalong, "tick", *parent]),
    ]


class Greeting:
    """When the server answers: where it is and how to get in."""

    def __init__(self, base: str, data: Path, preparation: Preparation, supervisor: Supervisor, *, open_: bool) -> None:
        self.base, self.data, self.open = base, data, open_
        self.preparation, self.supervisor = preparation, supervisor
        self.failed = False

    def say(self) -> None:
        links = self.preparation.links()
        if links is None:  # it has said why
            self.failed = True
            self.supervisor.stop()
        elif _answers(f"{self.base}/healthz", within=READY_WITHIN):
            self._tell(links)
        else:
            _say(f"The web server has not answered within {READY_WITHIN:g} s. The lines above may say why.")

    def _tell(self, links: dict[str, str]) -> None:
        lines = [""]
        if "demo" in links:
            lines += ["Look around the demo as its owner (this link works once):", f"  {self.base}{links['demo']}"]
        if "set_up" in links:
            lines += ["Set up your own practice (this link works once):", f"  {self.base}{links['set_up']}"]
        lines += [
            "Kits can be passed along once PUBLIC_URL is set and `passalong doctor` has seen this server there.",
            f"PASSALONG_DATA={self.data}",
            f"{self.base}/",
            "Stop with Ctrl-C.",
        ]
        click.echo("\n".join(lines))
        if self.open:
            import webbrowser

            webbrowser.open(self.base + (links.get("demo") or links.get("set_up") or "/"))


def _answers(url: str, *, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


@click.command()
@data_option
@host_option
@port_option
@click.option("--threads", default=WEB_THREADS, show_default=True, type=click.IntRange(1, 64))
@parent_option
def web(data: Path, host: str, port: int, threads: int, parent: int | None) -> None:
    """Run the web server alone. Brings the database and the static files up to date first.

    \b
    Example:
      DATABASE_URL=postgres://... passalong web --host 0.0.0.0 --port 8000
    """
    os.environ["PASSALONG_DATA"] = str(data.expanduser().resolve())
    if parent:
        die_with_parent(parent)
    else:
        _check_port(host, port)
        preparation = Preparation(data.expanduser().resolve())
        preparation.up_to_date()
        preparation.links()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "passalong.cli.running:build_application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve()


def build_application() -> Callable[..., Any]:
    """The WSGI application, made inside the server's own process."""
    from passalong.cli.boot import open_django

    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until the server listens for it, end at once
    die_with_parent(os.getppid())
    open_django()
    from django.utils.module_loading import import_string

    from passalong.core.health import beat_always

    beat_always("web")
    application: Callable[..., Any] = import_string("passalong.config.wsgi.application")  # by name: it lies above us
    return application


@click.command()
@data_option
@click.option("--queue", "queues", multiple=True, help="Only this queue; may be given more than once.")
@parent_option
def worker(data: Path, queues: tuple[str, ...], parent: int | None) -> None:
    """Run a task worker alone.

    \b
    Examples:
      passalong worker
      DATABASE_URL=postgres://... passalong worker --queue slow
    """
    from passalong.cli.boot import open_django

    if parent:
        die_with_parent(parent)
        os.nice(BEHIND_WEB)
    open_django(data.expanduser().resolve())
    from passalong.core.health import beat_always
    from passalong.core.worker import run

    beat_always("worker")
    run(queues or ("*",))


@click.command()
@data_option
@parent_option
def tick(data: Path, parent: int | None) -> None:
    """Run the scheduler alone: it enqueues what is due by the clock. Several at once are safe.

    \b
    Example:
      DATABASE_URL=postgres://... passalong tick
    """
    from passalong.cli.boot import open_django

    if parent:
        die_with_parent(parent)
        os.nice(BEHIND_WEB)
    open_django(data.expanduser().resolve())
    from passalong.core.health import beat_always
    from passalong.core.ticking import run

    beat_always("tick")
    run(every=TICK_EVERY)
