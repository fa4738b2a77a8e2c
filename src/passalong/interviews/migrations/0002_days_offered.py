from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interviews", "0001_interviews")]

    operations = [
        migrations.AddField(
            model_name="interview",
            name="minutes",
            field=models.PositiveSmallIntegerField(default=45, verbose_name="How long, in minutes"),
        ),
        migrations.AddField(
            model_name="interview",
            name="proposed",
            field=models.JSONField(default=list, help_text="days offered to the guest: ISO moments with their zone"),
        ),
    ]
