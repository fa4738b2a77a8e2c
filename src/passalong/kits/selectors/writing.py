"""Named reads on kits and their drafts; the practice comes first, always."""

from __future__ import annotations

import hashlib
import json

from django.db.models import QuerySet

from passalong.accounts.models import Practice
from passalong.kits.content import Content
from passalong.kits.models import Kit, Picture, Version


def kits(practice: Practice, *, query: str = "", archived: bool = False) -> QuerySet[Kit]:
    """Kits of the practice, newest first; `query` words must all occur in the name."""
    found = Kit.objects.filter(practice=practice, archived_at__isnull=not archived)
    for word in query.split()[:8]:
        found = found.filter(name__icontains=word)
    return found.order_by("-created_at", "-pk")


def kit(practice: Practice, public_id: str) -> Kit:
    """One kit, archived or not; raises Kit.DoesNotExist for another practice's."""
    return Kit.objects.select_related("practice").get(practice=practice, public_id=public_id)


def last_version(kit: Kit) -> Version | None:
    """The version that is the draft."""
    return kit.versions.filter(aside=False).order_by("-number").first()


def draft(kit: Kit) -> Content:
    """What the kit says now, on the desk; an empty Content where nothing was written."""
    last = last_version(kit)
    return Content.from_json(last.content) if last else Content()


def versions(kit: Kit) -> QuerySet[Version]:
    """All versions, last first."""
    return kit.versions.order_by("-number")


def version(kit: Kit, number: int) -> Version:
    """One version by its number; raises Version.DoesNotExist."""
    return kit.versions.get(number=number)


def pictures(kit: Kit) -> QuerySet[Picture]:
    """Pictures of the kit in the order they came, without their bytes."""
    return kit.pictures.select_related("blob").defer("blob__content").order_by("created_at", "pk")


def picture(practice: Practice, public_id: str) -> Picture:
    """One picture with its bytes; raises Picture.DoesNotExist for another practice's."""
    return Picture.objects.select_related("blob", "kit").get(practice=practice, public_id=public_id)


def stamp(content: Content) -> str:
    """Sixteen characters that change with any change of the content."""
    text = json.dumps(content.to_json(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
