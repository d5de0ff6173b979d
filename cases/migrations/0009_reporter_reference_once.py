"""A reporter's own reference leads to one case, and the key is made while others write."""

from django.db import migrations, models

from cases.online import AddConstraintOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0008_reporter_reference")]

    operations = [
        AddConstraintOnline(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("reporter_reference", ""), _negated=True),
                    models.Q(("reporter_reference__contains", "█"), _negated=True),
                    ("referral_of__isnull", True),
                ),
                fields=("reporter", "reporter_reference"),
                name="reporter_reference_once",
            ),
        ),
    ]
