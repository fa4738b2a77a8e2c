"""`passalong rules`: what the rules say of an act, for a profession and a place."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from passalong.cli.boot import WrongUse, open_django
from passalong.cli.running import data_option

if TYPE_CHECKING:
    from passalong.compliance.rulebook import Facts, Rule, Verdict

NO_SOURCE = "no source"


@click.command()
@data_option
@click.option(
    "--profile", "profiles", multiple=True, required=True, help="Profession or profile; several: all of them."
)
@click.option("--action", required=True, help="What is to be done, such as gift or testimonial.")
@click.option("--place", required=True, help="US, UK, EU, CA (Canada), a state such as US-WA, a country such as DE.")
@click.option("--fact", "facts", multiple=True, help="What is true of the case: a word, or a number as value=60.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rules(
    data: Path, profiles: tuple[str, ...], action: str, place: str, facts: tuple[str, ...], as_json: bool
) -> None:
    """Say whether an act is allowed for a profession at a place, by which rule and why.

    Shipped defaults, not legal advice. decision: allow, disclose (with what must be told or on file), approve (by a
    second person) or block. A block that is absolute cannot be lifted by a second person. Where nothing was looked up
    the strictest is taken, and the source says so. Nothing is written.

    Profiles: adviser, broker_dealer, insurance, attorney, accountant, health, real_estate, consultant. Actions:
    publish_kit, publish_talk, testimonial, gift, professional_pay, status_update, client_link, client_words,
    system_mail, system_mail_reward, follow_up, optin_intro, sms. A wrong word is answered with all that are possible.

    \b
    Examples:
      passalong rules --profile insurance --action gift --place US-WA --fact value=60 --fact given_12_months=50
      passalong rules --profile adviser --profile accountant --action gift --place US-CA --json
    """
    _open(data)
    from passalong.compliance.rulebook.facts import read_facts

    action = action.strip().lower().replace("-", "_")
    try:
        held = read_facts(facts)
        found = _judge(profiles, action, place, held)
    except ValueError as error:
        raise WrongUse(str(error)) from None
    told = _told(found, held, action, place.strip().upper())
    click.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else _in_words(told))


def _open(data: Path) -> None:
    """Django, with the host's own rules where there is a data folder; none is made for a question."""
    data = data.expanduser().resolve()
    if data.is_dir():
        open_django(data)
        return
    with tempfile.TemporaryDirectory(prefix="passalong-rules-") as nothing:
        open_django(Path(nothing))


def _judge(names: tuple[str, ...], action: str, place: str, facts: Facts) -> Verdict:
    from passalong.compliance.rulebook import ACTIONS, judge, profiles, read_book
    from passalong.compliance.rulebook.places import read_place

    wanted = [name.strip().lower().replace("-", "_") for name in names]
    known = read_book().names
    if unknown := [name for name in wanted if name not in known]:
        raise ValueError(f"“{unknown[0]}” is no profile. Possible: {', '.join(profiles())}; or {_others(known)}.")
    if action not in ACTIONS:
        raise ValueError(f"“{action}” is no act rules speak about. Possible: {', '.join(ACTIONS)}.")
    country, region = read_place(place)
    return judge(wanted, country, region, next(one for one in ACTIONS if one == action), facts=facts)


def _others(known: dict[str, str]) -> str:
    return ", ".join(f"{name} ({profile})" for name, profile in known.items() if name != profile)


def _told(found: Verdict, facts: Facts, action: str, place: str) -> dict[str, Any]:
    decides = found.decides
    return {
        "decision": found.effect.name.lower(),
        "rule": decides.id,
        "absolute": found.absolute,
        "source": decides.source or NO_SOURCE,
        "on": decides.on.isoformat() if decides.on else "",
        "why": decides.why,
        "action": action,
        "place": place,
        "needs": [one for one in found.needs if one not in facts],
        "elements": list(found.elements),
        "tells": list(found.tells),
        "limits": [_limit(rule) for rule in found.limits],
        "rules": [rule.to_json() | {"source": rule.source or NO_SOURCE} for rule in found.rules],
        "note": "Shipped defaults and the host's own rules; not legal advice.",
    }


def _limit(rule: Rule) -> dict[str, str]:
    cap = rule.above
    if cap is None:
        raise TypeError(rule.id)
    then = rule.effect.name.lower()
    return {"rule": rule.id, "amount": f"{cap.amount} {cap.currency}", "within": cap.within, "above_it": then}


def _in_words(told: dict[str, Any]) -> str:
    lifted = {"block": "; nobody can lift it" if told["absolute"] else "; a second person can decide otherwise"}
    lines = [f"{told['decision']}{lifted.get(told['decision'], '')}", told["why"], f"rule    {told['rule']}"]
    lines.append(f"source  {told['source']}{', read on ' + told['on'] if told['on'] else ''}")
    for key in ("needs", "elements", "tells"):
        lines += [f"{key:7} {', '.join(told[key])}"] if told[key] else []
    lines += [f"limit   {one['amount']} within {one['within']} ({one['rule']})" for one in told["limits"]]
    lines += [f"also    {one['effect']}: {one['id']}" for one in told["rules"][1:]]
    return "\n".join([*lines, told["note"]])
