"""passalong gameplan: whom does this client probably know?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passalong.cli.boot import open_practices

if TYPE_CHECKING:
    from passalong.accounts.models import Practice
    from passalong.prospecting.gameplan import Gameplan

EXAMPLES = """\b
Examples:
  passalong gameplan "Ann Okafor"
  passalong gameplan ann@okafor.example --format json
  passalong gameplan "Ann Okafor" --format pdf --out sheet.pdf
"""


@click.command(epilog=EXAMPLES)
@click.argument("client")
@click.option("--top", default=5, show_default=True, type=click.IntRange(1, 50), help="At most so many names.")
@click.option("--format", "form", type=click.Choice(["text", "json", "pdf"]), default="text", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--practice", help="Name or public id; may be left out when there is one.")
def gameplan(client: str, top: int, form: str, out: Path | None, practice: str | None) -> None:
    """The few named prospects CLIENT (name, mail address or id) probably knows, with reasons.

    Text and JSON are for the desk. The PDF is the client's sheet and holds only what this client may see.
    """
    if form == "pdf" and out is None:
        raise click.UsageError("A PDF needs a file: add --out sheet.pdf.")
    open_practices()
    from passalong.accounts.selectors import practice_named
    from passalong.contacts.selectors import contact_named
    from passalong.core.errors import Refused
    from passalong.prospecting.gameplan import gameplan_for

    try:
        place = practice_named(practice)
        plan = gameplan_for(place, contact_named(place, client), top=top)
    except Refused as refused:
        click.echo(refused.message, err=True)
        sys.exit(2)
    _write(_rendered(place, plan, form), out)


def _rendered(place: Practice, plan: Gameplan, form: str) -> bytes:
    if form == "pdf":
        from passalong.prospecting.sheet import as_pdf

        return as_pdf(place, plan)
    if form == "json":
        from passalong.prospecting.gameplan import as_json

        return (json.dumps(as_json(plan), ensure_ascii=False, indent=2) + "\n").encode()
    return as_text(plan).encode()


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        click.echo(f"{out} cannot be written: {error.strerror}.", err=True)
        sys.exit(1)
    click.echo(f"Written to {out}.")


def as_text(plan: Gameplan) -> str:
    """The gameplan for a terminal."""
    from django.utils.formats import date_format

    from passalong.ui.templatetags.ui import p_percent, p_word

    lines = [f"Gameplan for {plan.client}, {date_format(plan.made_on)}", ""]
    for number, prompt in enumerate(plan.prompts, start=1):
        firm = f", {prompt.firm}" if prompt.firm and prompt.firm != prompt.name else ""
        lines.append(f"{number}. {prompt.name}{firm}")
        lines.append(f"   {p_word(prompt.p_knows)} ({p_percent(prompt.p_knows)} %), fit {prompt.fit.percent}")
        lines += [f"   - {reason.text} ({reason.points:+.1f})" for reason in prompt.reasons[:3]]
        lines += [f"   “{prompt.words.ask}”", ""]
    if plan.is_thin:
        count = len(plan.prompts)
        lines.append(f"{'No name' if not count else 'Only ' + str(count)} we are sure enough of. Ask instead:")
        lines += [f"   - {question}" for question in plan.group_questions]
        lines += [f"   - {helpful.question}" for helpful in plan.helpful]
        lines.append("")
    if plan.left_out:
        lines.append("Left out: " + "; ".join(f"{out.entry} ({out.why})" for out in plan.left_out[:8]) + _more(plan))
    return "\n".join(lines) + "\n"


def _more(plan: Gameplan) -> str:
    rest = len(plan.left_out) - 8
    return f" and {rest} more." if rest > 0 else "."


def print_one(practice: Practice) -> None:
    """Print the gameplan that says most, for a first look at the demo."""
    from passalong.contacts.selectors import clients
    from passalong.core.errors import Refused
    from passalong.prospecting.gameplan import gameplan_for

    try:
        plans = [gameplan_for(practice, client) for client in clients(practice).filter(do_not_ask=False)[:12]]
    except Refused as refused:  # a rule of the place asks for something first
        click.echo(refused.message)
        return
    if plans:
        best = max(plans, key=lambda plan: (len(plan.prompts), sum(prompt.p_knows for prompt in plan.prompts)))
        click.echo(as_text(best))
