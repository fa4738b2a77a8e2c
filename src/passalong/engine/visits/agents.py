"""What a User-Agent alone tells: named bots, previews, scanners, and what no browser would say.

The names are those of the package crawler-user-agents. It tries 1,500 patterns one after the other; here all their
literal words are looked for in one pass (Aho-Corasick), and the few patterns that are more than words are tried only
where their longest word stands.
"""

from __future__ import annotations

import itertools
import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as sre_parser  # type: ignore[import-not-found]
from collections.abc import Sequence
from functools import cache
from typing import Any

LONGEST = 2000  # characters of an agent that are looked at
NO_AGENT = "no agent"
BARE = "bare agent"
NO_BROWSER = "no browser"
NAMED = "named bot"

# The package names these after machines, but telephones and applications with a browser inside say them too: a build
# of Android, Meta's in-app browser, Tumblr's, a Chinese browser. They count in the very agents the package lists, and
# where no browser speaks.
TOO_WIDE = frozenset((r"AP3A\.240617\.008", "MetaIAB Facebook", r"Tumblr\/", "Sogou"))
# What prepares a link for somebody or examines it, and is not in the package.
OWN = (
    "Barracuda", "Proofpoint", "Mimecast", "MailScanner", "MessageLabs", "Symantec", "FireEye", "Trend Micro",
    "TrendMicro", "Zscaler", "ZScaler", "Sophos", "Forcepoint", "Fortinet", "IronPort", "Bitdefender", "SafeLinks",
    "Safe Links", "ms-office", "MSOffice", "Microsoft Office", "Microsoft-WebDAV", "Microsoft URL Control",
    "Existence Discovery", "LinkExpander", "mShots", "Unfurl", "unfurl", "LinkPreview", "linkpreview", "link-preview",
    "Link Preview", "UrlPreview", "URLPreview", "line-poker", "kakaotalk-scrap", "jsdom", "PostmanRuntime",
    "insomnia/", "undici", "Faraday", "Guzzle", "RestSharp", "Java/", "libcurl", "winhttp", "WinHttp", "CFNetwork",
    "Dalvik/",
)  # fmt: skip
# A machine that gives its own name: "...bot", "crawler", an address where to complain. CUBOT makes telephones.
_CALLS_ITSELF = re.compile(
    r"(?<!cu)bot(?![a-z])|crawler|spider|scanner|scanning|headless|link ?check|url ?check|\+?https?://|\bpreview\b",
    re.IGNORECASE,
)
_BROWSER = re.compile(r"(?:Mozilla|Opera|UCWEB|BlackBerry|Nokia|SonyEricsson|SAMSUNG|LG|MOT|ZTE|HUAWEI)[-/ \w]*\W")
_BARE = re.compile(r"Mozilla/\d\.\d\s*(?:\(compatible;?\s*\))?\s*")
_Word = tuple[str, str | None]  # its name, and the pattern that must be tried where it stands (None: the word suffices)


def machine_agent(agent: str) -> str:
    """Why no person sits behind this agent, as "code" or "code: name"; empty when somebody may."""
    agent = agent[:LONGEST]
    if not agent.strip():
        return NO_AGENT
    if _BARE.fullmatch(agent):
        return BARE
    name = named_bot(agent) or _own(agent)
    if name:
        return f"{NAMED}: {name}"
    return "" if _BROWSER.match(agent.lstrip("\"' ")) else NO_BROWSER


def named_bot(agent: str) -> str:
    """The name of a bot that the package knows in this agent, or empty. Same verdict as its `is_crawler`."""
    name: str
    for _, (name, pattern) in _automaton().iter(agent):
        if pattern is None or _fits(pattern, agent):
            return name
    return ""


def _own(agent: str) -> str:
    for _, name in _own_automaton().iter(agent):
        return str(name)
    found = _CALLS_ITSELF.search(agent)
    return found[0].strip() if found else ""


@cache
def _own_automaton() -> Any:
    return _built((word, word) for word in OWN)


@cache
def _automaton() -> Any:
    """All words of all patterns; where a word alone suffices for one, it is not tried for another."""
    conditions: dict[str, list[str]] = {}
    words: dict[str, _Word] = {}
    for entry in known_bots():
        pattern = entry["pattern"]
        if pattern in TOO_WIDE:
            words.update({one: (named(pattern), None) for one in entry.get("instances", ())})
            pattern = rf"\A(?!Mozilla/)[\s\S]*(?:{pattern})"
        for word, suffices in _words(pattern):
            if suffices:
                words[word] = (named(word), None)
            else:
                conditions.setdefault(word, []).append(pattern)
    for word, patterns in conditions.items():
        words.setdefault(word, (named(word), "|".join(patterns)))
    return _built(words.items())


def known_bots() -> list[dict[str, Any]]:
    """The package's data: pattern, instances, address."""
    import crawleruseragents

    return list(crawleruseragents.CRAWLER_USER_AGENTS_DATA)


def named(pattern: str) -> str:
    """A pattern as a name to show."""
    return re.sub(r"[\\^$/]", "", pattern).strip()[:30]


def _built(words: Any) -> Any:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for word, value in words:
        automaton.add_word(word, value)
    automaton.make_automaton()
    return automaton


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _fits(pattern: str, agent: str) -> bool:
    return _compiled(pattern).search(agent) is not None


def _words(pattern: str) -> list[tuple[str, bool]]:
    """Words of which one stands in every agent that fits, each with whether it alone makes an agent fit."""
    tree = sre_parser.parse(pattern)
    whole = _spelled(tree.data)
    if whole is not None:
        return [(word, True) for word in whole]
    runs = [word for part in _runs(tree.data) for word in part]
    longest = max(runs, key=lambda run: min(map(len, run)))
    return [(word, False) for word in longest]


def _spelled(items: Sequence[tuple[Any, Any]]) -> list[str] | None:
    """Every string a pattern can match, where these are few and stand anywhere; else None."""
    out = [""]
    for kind, value in items:
        choices = _choices(kind, value)
        if choices is None:
            return None
        out = [before + choice for before, choice in itertools.product(out, choices)]
    return out


def _choices(kind: Any, value: Any) -> list[str] | None:
    if kind is sre.LITERAL:
        return [chr(value)]
    if kind is sre.IN and all(one is sre.LITERAL for one, _ in value):
        return [chr(code) for _, code in value]
    if kind is sre.SUBPATTERN:
        return _spelled(value[3])
    if kind is sre.BRANCH:
        spelled = [_spelled(branch) for branch in value[1]]
        return None if None in spelled else [word for branch in spelled for word in branch or ()]
    return None


def _runs(items: Sequence[tuple[Any, Any]]) -> list[list[list[str]]]:
    """The stretches of a pattern that can be spelled, each as one list of alternatives."""
    runs: list[list[list[str]]] = []
    rest: list[tuple[Any, Any]] = []
    for item in [*items, (sre.ANY, None)]:
        if _choices(*item) is None:
            spelled = _spelled(rest)
            if rest and spelled:
                runs.append([spelled])
            rest = []
        else:
            rest.append(item)
    return runs
