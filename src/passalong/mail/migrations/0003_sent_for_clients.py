from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0002_messages_in"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("personal", "Personal message"),
                    ("thanks", "Thank-you"),
                    ("update", "News of an introduction"),
                    ("consent_ask", "Question of consent"),
                    ("privacy", "Answer to a privacy request"),
                    ("notice", "Notice of what is on file"),
                    ("news", "News of the practice"),
                    ("account", "About somebody's account"),
                    ("referral", "A client's message, sent for them"),
                ],
                max_length=11,
            ),
        ),
    ]
