"""passalong demo: put the demo practice in, or take it out."""

from __future__ import annotations

import click

from passalong.cli.boot import open_practices


@click.command(epilog="\b\nExamples:\n  passalong demo\n  passalong demo --remove\n")
@click.option("--remove", is_flag=True, help="Take the demo practice out, with everything in it.")
def demo(remove: bool) -> None:
    """Put an invented practice in to look at; your own data stays apart from it."""
    open_practices(make=not remove)
    from passalong.cli.gameplan import print_one
    from passalong.demo import services

    if remove:
        gone = services.remove_if_there()
        click.echo("The demo practice is gone." if gone else "There is no demo practice here.")
        return
    member = services.put_in()
    click.echo(f"The demo practice “{member.practice.name}” is in. Take it out with: passalong demo --remove\n")
    print_one(member.practice)
