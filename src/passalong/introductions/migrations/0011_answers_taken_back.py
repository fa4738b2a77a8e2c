from django.db import migrations, models

WHY = [
    ("suppressed", "This address wants nothing from you, or was objected to. Only they can change that."),
    ("self", "It is the address of the client who passed the page along."),
    ("client", "They are a client already."),
    ("many", "More answers came by this link in one day than are taken for introductions by themselves."),
]


class Migration(migrations.Migration):
    dependencies = [("introductions", "0010_thanks_and_news")]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="taken_back_at",
            field=models.DateTimeField(help_text="the person took this answer back", null=True),
        ),
        migrations.AddField(
            model_name="reply",
            name="held_back",
            field=models.CharField(blank=True, choices=WHY, max_length=10, default=""),
            preserve_default=False,
        ),
    ]
