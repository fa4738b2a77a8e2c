"""The command line: each command lives in a module of its own and loads only what it needs."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import click
from click.exceptions import NoArgsIsHelpError

from passalong.cli.boot import WrongUse

# Before numpy loads: the engine's matrices are small, several threads in them only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# command -> (module, attribute, one line of help): listed here so that --help imports nothing heavy.
COMMANDS = {
    "start": ("passalong.cli.running", "start", "Run everything on this machine."),
    "web": ("passalong.cli.running", "web", "Run the web server alone."),
    "worker": ("passalong.cli.running", "worker", "Run a task worker alone."),
    "tick": ("passalong.cli.running", "tick", "Run the scheduler alone."),
    "link": ("passalong.cli.link", "link", "Print a fresh sign-in or set-up link."),
    "demo": ("passalong.cli.demo", "demo", "Put the demo practice in, or take it out."),
    "doctor": ("passalong.cli.doctor", "doctor", "Check that everything needed is there and well."),
    "backup": ("passalong.cli.backup", "backup", "Put everything that must be kept into one file."),
    "restore": ("passalong.cli.backup", "restore", "Bring a backup back, and forget again who was erased."),
    "record": ("passalong.cli.record", "record", "Check what happened, and export it for an examination."),
    "import": ("passalong.cli.imports", "import_", "Bring in contacts, lists, mail headers and calendars."),
    "gameplan": ("passalong.cli.gameplan", "gameplan", "Whom does this client probably know?"),
    "rules": ("passalong.cli.rules", "rules", "Is this allowed for my profession, at my place?"),
    "knows": ("passalong.cli.knows", "knows", "Who knows whom, on plain folders of CSV."),
    "visits": ("passalong.cli.visits", "visits", "Machine or person, on a plain log of requests."),
}


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """Wrong use is told in its sentence alone, without the lines on usage that click puts before it."""
    try:
        yield
    except NoArgsIsHelpError:  # a group by itself: its help is what was wanted
        raise
    except click.UsageError as error:
        raise WrongUse(" ".join(error.format_message().split())) from None


class LazyGroup(click.Group):
    """Imports a command's module only when that command is asked for."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with _in_one_sentence():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _in_one_sentence():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        return cast("click.Command", getattr(importlib.import_module(module), attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="passalong")
def main() -> None:
    """Passalong: make it easy to refer you."""
