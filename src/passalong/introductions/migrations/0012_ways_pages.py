from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("introductions", "0011_answers_taken_back")]

    operations = [
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
