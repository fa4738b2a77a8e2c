"""Answers that were given before there were consents: each own yes that no later answer of the person took back."""

import hashlib
import json
from datetime import timedelta

from django.db import migrations

LASTS = timedelta(days=365)


def give(apps, schema_editor):
    Reply = apps.get_model("introductions", "Reply")
    Grant = apps.get_model("compliance", "Grant")
    pages = {}
    for reply in Reply.objects.order_by("at", "pk").iterator(chunk_size=500):
        if reply.wish == "yes" or reply.step == "times":
            page, proof = _evidence(apps, reply, pages)
            Grant.objects.create(
                practice_id=reply.practice_id,
                purpose="contact",
                state="granted",
                given="own",
                person_key=reply.person_key,
                about=reply.public_id,
                evidence_id=page,
                evidence_hash=proof,
                granted_at=reply.at,
                expires_at=reply.at + LASTS,
            )
        elif reply.wish and reply.person_key:
            before = Grant.objects.filter(practice_id=reply.practice_id, person_key=reply.person_key, state="granted")
            before.update(state="revoked", ended_at=reply.at)


def _evidence(apps, reply, pages):
    """The page answered on and the hash over it and the choice, as services/consenting.py takes them."""
    if reply.edition_id not in pages:
        EditionFile = apps.get_model("kits", "EditionFile")
        file = EditionFile.objects.filter(edition_id=reply.edition_id, name="page", link=None)
        file = file.select_related("blob").first()
        pages[reply.edition_id] = (file.blob_id, bytes(file.blob.content)) if file else (None, b"")
    page, content = pages[reply.edition_id]
    choice = {"step": reply.step, "needs_help": reply.needs_help, "wish": reply.wish}
    chosen = json.dumps(choice, sort_keys=True, separators=(",", ":"))
    return page, hashlib.sha256(content + b"\0" + chosen.encode()).hexdigest()


def take(apps, schema_editor):
    Reply = apps.get_model("introductions", "Reply")
    Grant = apps.get_model("compliance", "Grant")
    Grant.objects.filter(purpose="contact", about__in=Reply.objects.values("public_id")).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("introductions", "0003_referral_kits"),
        ("compliance", "0002_consent_and_record"),
        ("kits", "0004_address_of_a_file"),
        ("core", "0005_consent_and_record"),
        ("contacts", "0003_consent_and_record"),
    ]

    operations = [migrations.RunPython(give, take)]
