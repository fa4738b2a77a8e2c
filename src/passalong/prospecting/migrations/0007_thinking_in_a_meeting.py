from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('prospecting', '0006_mission_stands_with_the_practice'),
    ]

    operations = [
        migrations.AddField(
            model_name='meeting',
            name='thinking',
            field=models.JSONField(default=list, help_text='ids of people to think about whom somebody else introduces'),
        ),
    ]
