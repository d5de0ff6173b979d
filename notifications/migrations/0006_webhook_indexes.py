"""What letters and webhooks are looked up by, each apart, and what holds a webhook's word together."""

from django.db import migrations, models

from cases.online import AddConstraintOnline, AddIndexOnline

UNSENT = ["WAITING", "CLAIMED", "RETRYING"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0005_webhooks")]

    operations = [
        AddIndexOnline(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("carried_by__isnull", True), ("channel", "MAIL"), ("state__in", UNSENT)),
                fields=["not_before"],
                name="letter_due",
            ),
        ),
        AddIndexOnline(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("channel", "HOOK"), ("state__in", UNSENT)), fields=["not_before"], name="hook_due"
            ),
        ),
        AddIndexOnline(
            model_name="delivery",
            index=models.Index(condition=models.Q(("hook__isnull", False)), fields=["hook", "-id"], name="hook_newest"),
        ),
        AddConstraintOnline(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "HOOK"), ("hook__isnull", False)),
                    models.Q(models.Q(("channel", "HOOK"), _negated=True), ("hook__isnull", True)),
                    _connector="OR",
                ),
                name="word_to_a_hook",
            ),
        ),
        # The letters' own stands in its place by now.
        migrations.RemoveIndex(model_name="delivery", name="word_due"),
    ]
