"""What agendas and patterns had before there was a place for it, and the agenda's new rules, while others write."""

from typing import Any

from django.db import migrations, models

from cases.online import AddConstraintOnline

BATCH = 500


def say_why(apps: Any, schema_editor: Any) -> None:
    """Mark the items that the ladder made; all others were lifted."""
    items = apps.get_model("cases", "AgendaItem")
    items.objects.filter(late__isnull=False, proposal__isnull=True).update(why="LATE")


def carry_measures_on(apps: Any, schema_editor: Any) -> None:
    """Let the measures that cases have handed over live on with their patterns."""
    measures, own = apps.get_model("cases", "Measure"), apps.get_model("cases", "PatternMeasure")
    moved = measures.objects.filter(state="MOVED", pattern__isnull=False, moved_to__isnull=True)
    for measure in moved.iterator(chunk_size=BATCH):
        own.objects.create(
            pattern_id=measure.pattern_id, moved_from=measure, cause=measure.cause, due_on=measure.due_on
        )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("cases", "0004_patterns_and_meetings")]

    operations = [
        migrations.RunPython(say_why, migrations.RunPython.noop),
        migrations.RunPython(carry_measures_on, migrations.RunPython.noop),
        AddConstraintOnline(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pattern__isnull", False)),
                fields=("meeting", "pattern"),
                name="pattern_once_a_meeting",
            ),
        ),
        AddConstraintOnline(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("case__isnull", False),
                        ("pattern__isnull", True),
                        models.Q(("proposal__isnull", False), ("late__isnull", False), _connector="OR"),
                    ),
                    models.Q(("case__isnull", True), ("pattern__isnull", False)),
                    models.Q(
                        ("case__isnull", True), ("pattern__isnull", True), models.Q(("heading", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="item_is_about_something",
            ),
        ),
    ]
