from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interviews", "0002_days_offered")]

    operations = [
        migrations.AddField(
            model_name="episode",
            name="shown_as",
            field=models.CharField(blank=True, max_length=120, verbose_name="The guest's name as it is shown"),
        ),
        migrations.AddField(
            model_name="episode",
            name="relation",
            field=models.CharField(
                choices=[
                    ("client", "Client"),
                    ("former", "Former client"),
                    ("partner", "Referral partner"),
                    ("employee", "Employee"),
                    ("relative", "Relative"),
                    ("other", "Somebody else"),
                ],
                default="other",
                max_length=10,
                verbose_name="Who speaks",
            ),
        ),
        migrations.AddField(
            model_name="episode",
            name="paid",
            field=models.CharField(
                choices=[("nothing", "Nothing"), ("cash", "Money"), ("other", "Something else of value")],
                default="nothing",
                max_length=8,
                verbose_name="What was given for it",
            ),
        ),
        migrations.AddField(
            model_name="episode",
            name="paid_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="What, and how much"),
        ),
        migrations.AddField(
            model_name="episode",
            name="conflict",
            field=models.CharField(blank=True, max_length=300, verbose_name="Conflict of interest"),
        ),
        migrations.AddField(
            model_name="episode",
            name="source",
            field=models.CharField(blank=True, max_length=300, verbose_name="Where its facts can be checked"),
        ),
        migrations.AddField(
            model_name="episode",
            name="snippet_start",
            field=models.FloatField(
                default=0,
                help_text="45 seconds for the guest to share.",
                verbose_name="Where the sample begins, in seconds",
            ),
        ),
        migrations.AddField(
            model_name="episode",
            name="ended_why",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="episode",
            name="quote",
            field=models.CharField(
                blank=True,
                help_text="Word for word as the guest said it.",
                max_length=200,
                verbose_name="A sentence for the card",
            ),
        ),
    ]
