from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interviews", "0005_understandings_that_wait")]

    operations = [
        migrations.AddField(
            model_name="cut",
            name="window",
            field=models.CharField(
                blank=True,
                default="",
                help_text="of the page it was saved in",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="render",
            name="places",
            field=models.JSONField(default=list, help_text="{at, take, start, end}: what is heard from second `at` on"),
        ),
        migrations.AddField(
            model_name="take",
            name="looked",
            field=models.PositiveSmallIntegerField(default=0, help_text="percent of it that was looked at"),
        ),
        migrations.AddField(
            model_name="take",
            name="marks",
            field=models.JSONField(
                default=list, help_text="{question, text, at}: second at which each question of a talk began"
            ),
        ),
        migrations.AlterField(
            model_name="transcript",
            name="segments",
            field=models.JSONField(
                default=list, help_text="{start, end, voice, text, take, from, until, name, unheard}"
            ),
        ),
    ]
