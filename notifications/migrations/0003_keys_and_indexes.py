"""The keys that keep word from being made twice, and what the sweep and the bell look rows up by."""

from django.db import migrations, models

from cases.online import AddConstraintOnline, AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0002_word_gets_there")]

    operations = [
        AddIndexOnline(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("carried_by__isnull", True), ("state__in", ["WAITING", "CLAIMED", "RETRYING"])),
                fields=["not_before"],
                name="word_due",
            ),
        ),
        AddIndexOnline(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("carried_by__isnull", False)), fields=["carried_by"], name="word_carried"
            ),
        ),
        AddIndexOnline(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("channel", "APP"), ("seen_at__isnull", True)),
                fields=["user", "-created_at"],
                name="word_unseen",
            ),
        ),
        AddConstraintOnline(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event__isnull", False)),
                fields=("event", "channel", "address"),
                name="word_of_an_event_once",
            ),
        ),
        AddConstraintOnline(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event__isnull", True)),
                fields=("about", "channel", "address"),
                name="word_about_it_once",
            ),
        ),
        AddConstraintOnline(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("event__isnull", False), models.Q(("about", ""), _negated=True), _connector="OR"),
                name="word_has_a_cause",
            ),
        ),
        AddConstraintOnline(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state__in", ["SENT", "BOUNCED"])),
                    models.Q(models.Q(("state__in", ["SENT", "BOUNCED"]), _negated=True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="sent_word_is_dated",
            ),
        ),
    ]
