"""Introductions agreed before there were stages: where they stand, and one open one for each person."""

from datetime import UTC, datetime, time

from django.db import migrations


def _stand(apps, _schema):
    introduction, step = apps.get_model("introductions", "Introduction"), apps.get_model("introductions", "Step")
    also_by = apps.get_model("introductions", "AlsoBy")
    first = {}
    for one in introduction.objects.order_by("agreed_on", "pk"):
        one.stage_at = datetime.combine(one.agreed_on, time(12), tzinfo=UTC)
        one.is_open = one.stage != "withdrawn"
        if one.is_open and one.prospect_id in first:
            also_by.objects.create(
                practice_id=one.practice_id,
                introduction_id=first[one.prospect_id],
                referrer_id=one.referrer_id,
                at=one.stage_at,
            )
            one.delete()
            continue
        if not one.is_open:
            one.stage, one.outcome, one.closed_on = "closed", "withdrawn", one.agreed_on
        else:
            first[one.prospect_id] = one.pk
        one.save()
        step.objects.create(
            practice_id=one.practice_id,
            introduction_id=one.pk,
            act="agree",
            to="agreed",
            who="practice",
            at=one.stage_at,
        )


def _back(apps, _schema):
    apps.get_model("introductions", "Introduction").objects.filter(outcome="withdrawn").update(stage="withdrawn")


class Migration(migrations.Migration):
    dependencies = [("introductions", "0006_introductions_flow")]

    operations = [migrations.RunPython(_stand, _back)]
