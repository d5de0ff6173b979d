"""When the hourly round last ended. It counts from the installation, so that nobody is alarmed before the first."""

from django.db import migrations, models

from cases import clocks


def begin(apps, schema_editor):
    apps.get_model("notifications", "HourlyRound").objects.create(pk=1, ended_at=clocks.now())


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_keys_and_indexes")]

    operations = [
        migrations.CreateModel(
            name="HourlyRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ended_at", models.DateTimeField()),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
