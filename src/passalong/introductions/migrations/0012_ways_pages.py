import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_consent_and_record"), ("introductions", "0011_answers_taken_back")]

    operations = [
        migrations.AddField(
            model_name="way",
            name="host",
            field=models.ForeignKey(
                help_text="who of the practice is met",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.member",
            ),
        ),
        migrations.AddField(
            model_name="way",
            name="ends_on",
            field=models.DateField(
                help_text="the last day of that page, whatever becomes of the introduction", null=True
            ),
        ),
        migrations.AddField(
            model_name="way",
            name="token_digest",
            field=models.CharField(blank=True, help_text="of the client's own page for it", max_length=64),
        ),
        migrations.AddIndex(
            model_name="way",
            index=models.Index(fields=["token_digest"], name="introductio_token_d_928b9e_idx"),
        ),
    ]
