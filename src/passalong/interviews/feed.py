"""The practice's podcast feed: RSS 2.0 with the namespaces of podcast apps and of Podcasting 2.0.

It is read in pages (RFC 5005, section 3): each names the next and the previous, so that it stays bounded and complete.
No mail address stands in it: who publishes is named, and reached by the page of the show. Every text goes through the
XML writer, which escapes it; what XML cannot hold is taken out before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from passalong.interviews import addresses
from passalong.interviews.models import Show
from passalong.interviews.selectors.episodes import Listed

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Where:
    """Which page of how many."""

    number: int = 1
    of: int = 1

    def links(self, feed: str) -> dict[str, str]:
        """{relation: address} of the other pages."""
        found = (
            {"first": 1, "last": self.of, "previous": self.number - 1, "next": self.number + 1} if self.of > 1 else {}
        )
        return {rel: paged(feed, number) for rel, number in found.items() if 1 <= number <= self.of}


def paged(feed: str, number: int) -> str:
    """The address of one page; the first bears no number."""
    return feed if number == 1 else f"{feed}?page={number}"


class PodcastFeed(Rss201rev2Feed):
    """RSS 2.0 as podcast apps read it."""

    content_type = MEDIA_TYPE

    def rss_attributes(self) -> dict[str, str]:
        return {
            "version": "2.0",
            "xmlns:atom": "http://www.w3.org/2005/Atom",
            "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        more = self.feed
        for rel, address in more["pages"].items():
            handler.addQuickElement("atom:link", None, {"rel": rel, "href": address, "type": "application/rss+xml"})
        handler.addQuickElement("podcast:guid", more["guid"])
        handler.addQuickElement("podcast:locked", "yes")
        handler.addQuickElement("podcast:medium", "podcast")
        handler.addQuickElement("itunes:author", more["practice"])
        handler.addQuickElement("itunes:summary", more["description"])
        handler.addQuickElement("itunes:type", "episodic")
        handler.addQuickElement("itunes:explicit", "false")
        handler.addQuickElement("itunes:image", None, {"href": more["cover"]})
        handler.addQuickElement("itunes:category", None, {"text": more["category"]})
        handler.startElement("image", AttributesImpl({}))
        handler.addQuickElement("url", more["cover"])
        handler.addQuickElement("title", more["title"])
        handler.addQuickElement("link", more["link"])
        handler.endElement("image")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("itunes:title", item["title"])
        handler.addQuickElement("itunes:episodeType", "full")
        handler.addQuickElement("itunes:episode", str(item["number"]))
        handler.addQuickElement("itunes:duration", str(max(1, round(item["seconds"]))))
        handler.addQuickElement("itunes:explicit", "false")
        handler.addQuickElement("podcast:episode", str(item["number"]))
        if item["guest"]:
            handler.addQuickElement("podcast:person", item["guest"], {"role": "guest"})
        if item["chapters"]:
            listed = {"url": f"{item['at']}/chapters.json", "type": "application/json+chapters"}
            handler.addQuickElement("podcast:chapters", None, listed)
        if item["has_words"]:
            for name, kind in (("vtt", "text/vtt"), ("txt", "text/plain")):
                said = {"url": f"{item['at']}/transcript.{name}", "type": kind, "language": item["language"]}
                handler.addQuickElement("podcast:transcript", None, said)


def write(show: Show, episodes: Sequence[Listed], base: str, where: Where) -> bytes:
    """One page of the feed. base: where the server is found, such as https://example.org; addresses in it are whole."""
    page = f"{base}{addresses.show_path(show)}"
    at = f"{page}/feed.xml"
    feed = PodcastFeed(
        title=plain(show.title),
        link=page,
        description=plain(show.about),
        language=show.language,
        feed_url=paged(at, where.number),
        pages=where.links(at),
        guid=str(show.guid),
        practice=plain(show.practice.name),
        category=plain(show.category),
        cover=f"{page}/cover",
    )
    for one in episodes:
        _add(feed, one, base)
    made: bytes = feed.writeString("utf-8").encode()
    return made


def _add(feed: PodcastFeed, one: Listed, base: str) -> None:
    at, content, sound = f"{base}{addresses.page_path(one.token)}", one.content, one.version.audio
    if sound is None:
        return
    feed.add_item(
        title=plain(content.title),
        link=at,
        description=plain("\n\n".join([content.summary, *content.disclosures])),
        pubdate=one.episode.published_at,
        unique_id=str(one.episode.guid),
        unique_id_is_permalink=False,
        enclosures=[Enclosure(f"{at}/sound.mp3", str(sound.size), "audio/mpeg")],
        number=one.episode.number,
        seconds=content.seconds,
        guest=plain(content.guest),
        chapters=content.chapters,
        has_words=one.has_words,
        language=content.language,
        at=at,
    )


def plain(said: str) -> str:
    """Text that XML can hold."""
    return _NOT_XML.sub("", said)
