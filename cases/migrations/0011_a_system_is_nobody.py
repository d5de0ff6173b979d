"""What the database holds systems to, and how a förbund's own are found, while others write."""

from django.db import migrations, models

from cases.online import AddConstraintOnline, AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0010_systems_and_keys")]

    operations = [
        AddConstraintOnline(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("system_member__isnull", True), ("system_of__isnull", True)),
                    models.Q(
                        ("is_active", False),
                        ("is_staff", False),
                        ("is_superuser", False),
                        ("system_of__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_system_is_nobody",
                violation_error_message="Ett system kan inte logga in och inte sköta driften.",
            ),
        ),
        AddIndexOnline(
            model_name="user",
            index=models.Index(
                condition=models.Q(("system_of__isnull", False)), fields=["system_of"], name="systems_of_a_forbund"
            ),
        ),
    ]
