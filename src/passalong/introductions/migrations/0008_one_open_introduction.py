"""One open introduction for a person, held by the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("introductions", "0007_introductions_so_far")]

    operations = [
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True), ("prospect__isnull", False)),
                fields=("practice", "prospect"),
                name="introduction_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True), models.Q(("person_key", ""), _negated=True)),
                fields=("practice", "person_key"),
                name="introduction_open_once_a_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True), models.Q(("named_key", ""), _negated=True)),
                fields=("practice", "named_key"),
                name="introduction_open_once_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_open", False), ("stage__in", ["client", "closed"])),
                    models.Q(("is_open", True), models.Q(("stage__in", ["client", "closed"]), _negated=True)),
                    _connector="OR",
                ),
                name="introduction_open_by_stage",
            ),
        ),
    ]
