"""From the words a practice writes to a small tree that page and PDF draw, each in its own way.

A tree is plain JSON: a list of blocks, each a dict with "k" (its kind). Blocks: p (c: inlines), h (level 3 to 5, c),
ul and ol (items: lists of blocks; start), quote (blocks), code (text), hr, picture (id, words). Inlines: t (text),
em, strong, link (href, c), code (text), br. Nothing else survives: no HTML, no picture from elsewhere, no other link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Node = dict[str, Any]
MOST_CHARACTERS = 20_000  # of one part; more is cut, whatever a draft may hold
MOST_MARKS = 8  # on one letter
DEEPEST = 12  # lists in lists, quotes in quotes
FIRST_LEVEL, LAST_LEVEL = 3, 5  # headings inside a part stand below the part's own
LINKS = ("https", "mailto", "tel")
PICTURE = "picture:"
# What no reader sees but what can turn words around or hide them; joiners that scripts and emoji need stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": DEEPEST, "typographer": True})
_PARSER.disable(["html_block", "html_inline"]).enable("smartquotes")
_TAGS = {"p", "h3", "h4", "h5", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "figure", "img", "figcaption"}
_TAGS |= {"em", "strong", "a", "br"}
_ATTRIBUTES = {
    "a": {"href", "rel"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
}


def clean(text: str) -> str:
    """Text without characters that are not seen: controls, marks that turn the direction, spaces of no width."""
    return _calm(_UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _calm(text: str) -> str:
    """At most MOST_MARKS marks on one letter: no script needs more, and thousands take a typesetter's memory."""
    if text.isascii():
        return text
    kept, run = [], 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter).startswith("M") else 0
        if run <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def line(text: str, most: int = 600) -> str:
    """One line of plain text, cleaned, within bounds."""
    return " ".join(clean(text[: most * 2]).split())[:most]


def tree(text: str, pictures: Collection[str] = ()) -> list[Node]:
    """The blocks of one text. `pictures`: ids of the pictures that may be shown."""
    return _headed(list(_blocks(_parsed(text[:MOST_CHARACTERS]), frozenset(pictures))))


@lru_cache(maxsize=16)  # one kit's texts are drawn several times over, and the worst of them take a second to read
def _parsed(text: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_PARSER.parse(clean(text)))


def safe_link(href: str) -> str:
    """The address, if a reader may be led there, else nothing."""
    href = clean(href).strip()
    try:
        parts = urlsplit(href)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in LINKS or re.search(r"[\s\\<>\"'`{}]", href) or len(href) > 1000:
        return ""
    if parts.scheme == "https":
        return href if "." in host and not parts.username and not parts.password else ""
    return href if parts.path else ""


def picture_ids(text: str) -> list[str]:
    """Ids of the pictures a text names, in order."""
    found = (node for node in _parsed(text[:MOST_CHARACTERS]).walk() if _is_picture(node))
    return [str(node.attrs["src"])[len(PICTURE) :] for node in found]


def _is_picture(node: SyntaxTreeNode) -> bool:
    return node.type == "image" and str(node.attrs.get("src", "")).startswith(PICTURE)


def _blocks(parent: SyntaxTreeNode, pictures: frozenset[str]) -> Iterator[Node]:
    for node in parent.children:
        yield from _block(node, pictures)


def _block(node: SyntaxTreeNode, pictures: frozenset[str]) -> Iterator[Node]:
    if node.type in ("paragraph", "heading"):
        inlines = _inlines(node.children[0]) if node.children else []
        if _has_words(inlines):
            yield {"k": "p", "c": inlines} if node.type == "paragraph" else _heading(node, inlines)
        for picture in (one for one in node.walk() if _is_picture(one)):
            public_id = str(picture.attrs["src"])[len(PICTURE) :]
            if public_id in pictures:
                yield {"k": "picture", "id": public_id, "words": line(picture.content, 200)}
    elif node.type in ("bullet_list", "ordered_list"):
        items = [list(_blocks(item, pictures)) for item in node.children]
        start = int(node.attrs.get("start", 1))
        yield {"k": "ul" if node.type == "bullet_list" else "ol", "items": [i for i in items if i], "start": start}
    elif node.type == "blockquote":
        yield {"k": "quote", "blocks": list(_blocks(node, pictures))}
    elif node.type in ("code_block", "fence"):
        yield {"k": "code", "text": node.content}
    elif node.type == "hr":
        yield {"k": "hr"}


def _heading(node: SyntaxTreeNode, inlines: list[Node]) -> Node:
    return {"k": "h", "level": int(node.tag[1:]), "c": inlines}


def _headed(blocks: list[Node]) -> list[Node]:
    """Headings below the part's own, without a step left out: what screen readers walk along."""
    levels = sorted({block["level"] for block in blocks if block["k"] == "h"})
    last = FIRST_LEVEL - 1
    for block in blocks:
        if block["k"] == "h":
            last = min(FIRST_LEVEL + levels.index(block["level"]), last + 1, LAST_LEVEL)
            block["level"] = last
        _flatten(block)
    return blocks


def _flatten(block: Node) -> None:
    """Headings inside lists and quotes are strong words, no headings."""
    for inner in [*block.get("blocks", ()), *(one for item in block.get("items", ()) for one in item)]:
        if inner["k"] == "h":
            inner.update(k="p", c=[{"k": "strong", "c": inner["c"]}])
        _flatten(inner)


def _inlines(parent: SyntaxTreeNode) -> list[Node]:
    found: list[Node] = []
    for node in parent.children:
        found += _inline(node)
    return found


def _inline(node: SyntaxTreeNode) -> list[Node]:
    if node.type == "text":
        return [{"k": "t", "text": node.content}] if node.content else []
    if node.type == "softbreak":
        return [{"k": "t", "text": " "}]
    if node.type == "hardbreak":
        return [{"k": "br"}]
    if node.type == "code_inline":
        return [{"k": "code", "text": node.content}]
    if node.type in ("em", "strong"):
        return [{"k": node.type, "c": _inlines(node)}]
    if node.type == "link":
        return _link(node)
    return []  # pictures stand on their own below; anything else is not ours


def _link(node: SyntaxTreeNode) -> list[Node]:
    href, inlines = safe_link(str(node.attrs.get("href", ""))), _inlines(node)
    return [{"k": "link", "href": href, "c": inlines}] if href and _has_words(inlines) else inlines


def _has_words(inlines: list[Node]) -> bool:
    return bool(words(inlines).strip())


def words(nodes: list[Node]) -> str:
    """The bare words of a tree or of inlines."""
    text = ""
    for node in nodes:
        if node["k"] in ("t", "code"):
            text += node["text"]
        elif node["k"] in ("br", "hr"):
            text += " "
        text += words(node.get("c", []))
        for inner in (node.get("blocks", []), *node.get("items", [])):
            text += words(inner)
        text += " " if node["k"] in ("p", "h") else ""
    return text


def links(nodes: list[Node]) -> Iterator[Node]:
    """Every link of a tree, in reading order."""
    for node in nodes:
        if node["k"] == "link":
            yield node
        for inner in (node.get("c", []), node.get("blocks", []), *node.get("items", [])):
            yield from links(inner)


def to_html(blocks: list[Node], figures: dict[str, str]) -> str:
    """The tree as HTML. `figures`: picture id -> its <figure>. Cleaned once more by an allow-list at the end."""
    html = "".join(_block_html(block, figures) for block in blocks)
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(LINKS), link_rel=None)


def _block_html(block: Node, figures: dict[str, str]) -> str:
    kind = block["k"]
    if kind == "p":
        return f"<p>{_inline_html(block['c'])}</p>\n"
    if kind == "h":
        return f"<h{block['level']}>{_inline_html(block['c'])}</h{block['level']}>\n"
    if kind in ("ul", "ol"):
        start = f' start="{block["start"]}"' if kind == "ol" and block["start"] != 1 else ""
        items = "".join(f"<li>{_item_html(item, figures)}</li>\n" for item in block["items"])
        return f"<{kind}{start}>\n{items}</{kind}>\n"
    if kind == "quote":
        return f"<blockquote>\n{''.join(_block_html(one, figures) for one in block['blocks'])}</blockquote>\n"
    if kind == "code":
        return f"<pre><code>{escape(block['text'])}</code></pre>\n"
    return "<hr>\n" if kind == "hr" else figures.get(block["id"], "")


def _item_html(item: list[Node], figures: dict[str, str]) -> str:
    """A list item; one of a single paragraph stands without it, so that lists stay tight."""
    if item[0]["k"] == "p":
        return _inline_html(item[0]["c"]) + "".join(_block_html(one, figures) for one in item[1:])
    return "".join(_block_html(one, figures) for one in item)


def _inline_html(inlines: list[Node]) -> str:
    html = ""
    for node in inlines:
        if node["k"] == "t":
            html += escape(node["text"])
        elif node["k"] == "code":
            html += f"<code>{escape(node['text'])}</code>"
        elif node["k"] == "br":
            html += "<br>"
        elif node["k"] == "link":
            html += f'<a href="{escape(node["href"])}" rel="noopener nofollow">{_inline_html(node["c"])}</a>'
        else:
            html += f"<{node['k']}>{_inline_html(node['c'])}</{node['k']}>"
    return html
