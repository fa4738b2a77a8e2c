"""The kit as a web page: one document for every link, with its style and script inside it.

Nothing in the bytes names a link, a referrer or a visitor. Right before the end stands `VIEW_FIELD`, once; whoever
answers a request may put a fresh id into its value. Forms post to the page's own address:

- `step` is the kind of next step, `view` that id. two_questions: `needs_help`, `wish`, `name`, `reach`, `note`,
  `passed_by`; times: `chosen_time` (index), `name`, `reach`, `passed_by`; the others `step` alone.
- download has one more field: `file`, report or white_paper.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from passalong.kits.content import PARTS, PROOF_PART, Frozen, FrozenPicture, FrozenProof, Part, Step, StepKind
from passalong.kits.rendering import colour, markdown

HERE = Path(__file__).parent
PICTURES_AT = "/k/picture/"
VIEW_FIELD = b'<input type="hidden" name="view" form="next" value="">'
END = b"</body></html>"
WIDTH = "31rem"  # 62 to 70 characters a line in the faces named first
MOST_LINES = 40  # of an imprint
_STYLE = (HERE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (HERE / "page.js").read_text(encoding="utf-8").strip()
_KEPT = re.compile(r"(<pre>.*?</pre>|<textarea.*?</textarea>|<script>.*?</script>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answers:
    """A form that came back with something missing: field -> what was written, field -> what to do."""

    step: StepKind
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def render_page(frozen: Frozen, *, has_files: Collection[str] = ()) -> bytes:
    """The whole document. `has_files`: report, white_paper, or both; a mapping gives their sizes in bytes too."""
    with translation.override(settings.LANGUAGE_CODE):
        context = _frame(frozen) | article(frozen) | {"files": list(_files(has_files))}
        context["steps"] = list(ways(frozen.content.steps, bool(context["files"])))
        return _document("kits/public/page.html", context)


def render_notice(
    frozen: Frozen | None,
    title: str,
    paragraphs: Sequence[str],
    *,
    answers: Answers | None = None,
    onward: tuple[str, str] | None = None,
    back: str = "",
) -> bytes:
    """A short page in the same style: thanks, withdrawn, unknown, or a form again with its errors beside the fields.

    Without `frozen` it names nobody. `onward`: a checked address outside and the words of the link to it. `back`: the
    address of the kit.
    """
    with translation.override(settings.LANGUAGE_CODE):
        context = _frame(frozen) | {"title": title, "said": list(paragraphs), "steps": []}
        context |= {"onward": onward, "back": back}
        if frozen and answers:
            steps = ways([one for one in frozen.content.steps if one.kind == answers.step], has_files=False)
            context["steps"] = [step | {"fields": answers} for step in steps]
        return _document("kits/public/notice.html", context)


def headers(page: bytes) -> dict[str, str]:
    """What is sent with a page or a notice. They depend on its bytes alone, so they can be kept beside them."""
    text = page.decode()
    style, script = (_hash(text, tag) for tag in ("style", "script"))
    policy = {
        "default-src": "'none'",
        "img-src": "'self'",
        "style-src": style,
        "script-src": script,
        "connect-src": "'self'",
        # Browsers ask this of every hop an answer to a form is led over, and a calendar may lead on to anywhere: ways
        # outside are links on the page that answers, never redirects.
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }


def with_pictures(page: bytes, pictures: Mapping[str, tuple[str, bytes]]) -> bytes:
    """The page with its pictures inside it (digest -> media type, bytes), for a frame that may ask for nothing."""
    for digest, (media_type, content) in pictures.items():
        data = f"data:{media_type};base64,{base64.b64encode(content).decode()}"
        page = page.replace(f'src="{PICTURES_AT}{digest}"'.encode(), f'src="{data}"'.encode())
    return page


def _hash(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    if found is None:
        return "'none'"
    return f"'sha256-{base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"


def _document(template: str, context: dict[str, Any]) -> bytes:
    pieces = _KEPT.split(render_to_string(template, context))
    pieces[::2] = [re.sub(r"\s*\n\s*", "\n", piece) for piece in pieces[::2]]
    body, _closing = "".join(pieces).strip().rsplit("</body>", 1)
    return body.encode() + VIEW_FIELD + END


def _frame(frozen: Frozen | None) -> dict[str, Any]:
    own = frozen.colour if frozen else ""
    style = _STYLE.replace("OWN_LIGHT", colour.readable(own, colour.LIGHT))
    style = style.replace("OWN_DARK", colour.readable(own, colour.DARK)).replace("WIDTH", WIDTH)
    return {
        "language": translation.get_language(),
        "style": mark_safe(style.strip()),  # noqa: S308 - our own file and checked colours
        "script_tag": mark_safe(f"<script>{_SCRIPT}</script>"),  # noqa: S308 - our own file
        "practice": markdown.line(frozen.practice, 120) if frozen else "",
    }


def article(frozen: Frozen) -> dict[str, Any]:
    """What the text holds, made ready to be drawn: cleaned lines, trees as HTML, a date in words."""
    content = frozen.content
    figures = {key: _figure(one) for key, one in frozen.pictures.items()}
    title = markdown.line(content.title, 200) or markdown.line(frozen.practice, 120)
    return {
        "title": title,
        "subtitle": markdown.line(content.subtitle, 300),
        "for_whom": markdown.line(content.for_whom, 400),
        "about_it": markdown.line(content.subtitle or content.for_whom, 200),
        "picture": _shared_picture(frozen),
        "parts": [
            {"number": number, "heading": heading(part), "html": _html(content.text(part), figures)}
            for number, part in enumerate(PARTS, start=1)
        ],
        "proofs": [_proof(one) for one in frozen.proofs],
        "proof_part": PROOF_PART,
        "proof_heading": proof_heading(frozen.proofs),
        "about": _html(content.about, figures),
        "disclosures": [markdown.line(one) for one in frozen.disclosures],
        "imprint": "\n".join(markdown.clean(frozen.imprint[:2000]).strip().splitlines()[:MOST_LINES]),
        "number": frozen.number,
        "date": _date(frozen.published_on),
        "published_on": frozen.published_on,
    }


def heading(part: Part) -> str:
    """The quiet heading above one part, the same in every rendering."""
    return {
        Part.PROBLEMS: _("What we often see"),
        Part.CONSEQUENCES: _("What it can lead to"),
        Part.FIRST_STEP: _("A first step"),
        Part.NEXT_STEP: _("What you can do next"),
    }[part]


def proof_heading(proofs: Sequence[FrozenProof]) -> str:
    """The heading above testimonials and case studies."""
    cases = {proof.kind == "case_study" for proof in proofs}
    return {frozenset({True}): _("How it went for others"), frozenset({False}): _("In their own words")}.get(
        frozenset(cases), _("What others have seen")
    )


def _date(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return ""


def _html(text: str, figures: dict[str, str]) -> str:
    return mark_safe(markdown.to_html(markdown.tree(text, figures), figures))  # noqa: S308 - cleaned by an allow-list


def _figure(picture: FrozenPicture) -> str:
    return (
        f'<figure><img src="{PICTURES_AT}{escape(picture.digest)}" alt="{escape(markdown.line(picture.words, 200))}" '
        f'width="{picture.width:d}" height="{picture.height:d}" loading="lazy" decoding="async"></figure>\n'
    )


def _shared_picture(frozen: Frozen) -> str:
    """The first picture's address for those who preview links; only where the server knows its own."""
    ids = [key for part in PARTS for key in markdown.picture_ids(frozen.content.text(part)) if key in frozen.pictures]
    return f"{frozen.public_url}{PICTURES_AT}{frozen.pictures[ids[0]].digest}" if ids and frozen.public_url else ""


def _proof(proof: FrozenProof) -> dict[str, Any]:
    text = markdown.clean(proof.text[: markdown.MOST_CHARACTERS])
    return {
        "is_case": proof.kind == "case_study",
        "paragraphs": [" ".join(one.split()) for one in re.split(r"\n\s*\n", text) if one.strip()],
        "shown_as": markdown.line(proof.shown_as, 200),
        "disclosure": [markdown.line(one) for one in proof.disclosure],
    }


def _files(has_files: Collection[str]) -> Iterator[dict[str, Any]]:
    words = {"report": _("Special report"), "white_paper": _("White paper")}
    for name, label in words.items():
        if name in has_files:
            size = has_files[name] if isinstance(has_files, Mapping) else 0
            yield {"name": name, "label": label, "kilobytes": -(-size // 1000)}


def ways(steps: Sequence[Step], has_files: bool) -> Iterator[dict[str, Any]]:
    """Each kind once, in the practice's order; a step that leads nowhere is left out."""
    done: set[StepKind] = set()
    for step in steps:
        target = _target(step)
        is_there = {
            StepKind.TWO_QUESTIONS: True,
            StepKind.TIMES: bool(step.times),
            StepKind.DOWNLOAD: has_files,
        }.get(step.kind, bool(target))
        if is_there and step.kind not in done:
            done.add(step.kind)
            yield {
                "kind": step.kind.value,
                "template": f"kits/public/_{step.kind.value}.html",
                "short": _short(step.kind),
                "target": target,
                "shown": markdown.line(step.target, 200),
                "where": host(target),
                "times": [markdown.line(one, 120) for one in step.times],
            }


def _target(step: Step) -> str:
    schemes = {StepKind.BOOKING: "", StepKind.MAIL: "mailto:", StepKind.PHONE: "tel:"}
    if step.kind not in schemes:
        return ""
    plain = re.sub(r"[^+0-9*#]", "", step.target) if step.kind is StepKind.PHONE else step.target.strip()
    return markdown.safe_link(schemes[step.kind] + plain) if plain else ""


def host(target: str) -> str:
    """The server an https address leads to, as readers are told it; empty for any other address."""
    parts = urlsplit(target)
    return parts.netloc if parts.scheme == "https" else ""


def _short(kind: StepKind) -> str:
    return {
        StepKind.TWO_QUESTIONS: _("Answer two questions"),
        StepKind.BOOKING: _("Choose a time to talk"),
        StepKind.TIMES: _("Choose a time to talk"),
        StepKind.DOWNLOAD: _("Take it with you"),
        StepKind.MAIL: _("Write to us"),
        StepKind.PHONE: _("Call us"),
    }[kind]
