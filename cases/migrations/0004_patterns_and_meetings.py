"""Patterns with a log, followers, tallies and measures of their own; agendas of more than cases, and minutes."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.clocks
from cases import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_chasing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=120, verbose_name="vem")),
                ("own_text", models.TextField(blank=True, max_length=10000)),
                ("due_on", models.DateField(verbose_name="klart senast")),
                ("done_on", models.DateField(null=True)),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Deferral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(null=True)),
                ("at", models.DateTimeField(default=cases.clocks.now)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PatternEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "actor_role",
                    models.CharField(
                        choices=[
                            ("REPORTER", "Rapportör"),
                            ("CONTACT", "Partskontakt"),
                            ("COORDINATOR", "Samordnare"),
                            ("PREPARATORY", "Beredningsgrupp"),
                            ("BOARD", "Styrelse"),
                            ("ADMIN", "Förbundsadministratör"),
                            ("SUCCESSOR", "Samordnare i efterföljaren"),
                        ],
                        max_length=12,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["pattern", "seq"],
            },
        ),
        migrations.CreateModel(
            name="PatternFollower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PatternMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.TextField(blank=True, max_length=10000, verbose_name="åtgärd")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("LAW", "Lagar och regler"),
                            ("STEERING", "Styrning och prioritering"),
                            ("RESOURCES", "Resurser och bemanning"),
                            ("ROUTINES", "Rutiner och kontaktvägar"),
                            ("KNOWLEDGE", "Kunskap om varandra"),
                            ("SECRECY", "Sekretess och samtycke"),
                            ("IT", "It-stöd"),
                            ("TREATMENT", "Bemötande"),
                            ("OTHER", "Annat"),
                        ],
                        max_length=12,
                        verbose_name="orsak",
                    ),
                ),
                ("owner", models.CharField(blank=True, max_length=120, verbose_name="ansvarig funktion")),
                ("due_on", models.DateField(verbose_name="klar senast")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "Pågår"),
                            ("DONE", "Klar"),
                            ("DROPPED", "Avbruten"),
                            ("MOVED", "Flyttad till systemfel"),
                        ],
                        default="OPEN",
                        max_length=8,
                    ),
                ),
                ("ended_on", models.DateField(null=True)),
                ("how", models.TextField(blank=True, max_length=10000, verbose_name="hur det gick")),
                ("created_at", models.DateTimeField(default=cases.clocks.now)),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="PatternTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("met_on", models.DateField()),
            ],
            options={
                "ordering": ["met_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.AlterModelOptions(
            name="agendaitem",
            options={"ordering": [models.OrderBy(models.F("position"), nulls_last=True), "id"]},
        ),
        migrations.RemoveConstraint(
            model_name="agendaitem",
            name="item_says_what_it_is_about",
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="body",
            field=models.TextField(blank=True, db_default="", max_length=10000, verbose_name="text"),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="heading",
            field=models.CharField(blank=True, db_default="", max_length=160, verbose_name="rubrik"),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="own_recommendation",
            field=models.TextField(blank=True, db_default="", max_length=10000),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="pattern",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="agenda_items", to="cases.pattern"
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="position",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="why",
            field=models.CharField(
                choices=[
                    ("LIFTED", "Lyft av kansliet"),
                    ("LATE", "Svaret dröjer"),
                    ("REVIEW", "Dags att följa upp"),
                    ("BY_HAND", "Tillagd för hand"),
                ],
                db_default="LIFTED",
                default="LIFTED",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="association",
            name="agenda_overdue_days",
            field=models.PositiveSmallIntegerField(
                db_default=21,
                default=21,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(21)],
                verbose_name="dagar efter svarsdagen då ett svar tas upp på nästa möte",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="approved_at",
            field=models.DateTimeField(null=True, verbose_name="justerat"),
        ),
        migrations.AddField(
            model_name="meeting",
            name="approved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pattern",
            name="last_seq",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="pattern",
            name="merged_into",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="merged", to="cases.pattern"
            ),
        ),
        migrations.AddField(
            model_name="pattern",
            name="review_on",
            field=models.DateField(blank=True, null=True, verbose_name="följs upp"),
        ),
        migrations.AlterField(
            model_name="agendaitem",
            name="case",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="agenda_items", to="cases.case"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="case",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
            ),
        ),
        migrations.AlterField(
            model_name="text",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ADDITION", "Komplettering"),
                    ("QUESTION", "Fråga"),
                    ("REPLY", "Svar på fråga"),
                    ("NOTE", "Anteckning"),
                    ("RETURN", "Skäl till återlämning"),
                    ("ANSWER", "Partens svar"),
                    ("NO_MEASURE", "Varför ingen åtgärd"),
                    ("MEASURE", "Åtgärd"),
                    ("MEASURE_END", "Hur åtgärden slutade"),
                    ("REASON", "Skäl"),
                    ("LIFT", "Kansliets förslag"),
                    ("RECOMMENDATION", "Rekommendation"),
                    ("ASSIGNMENT", "Uppdrag från mötet"),
                    ("CLOSING", "Svar till rapportören"),
                    ("FEEDBACK", "Återkoppling"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="cases.agendaitem"
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="meeting",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="cases.meeting"
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="text",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="as_assignment", to="cases.text"
            ),
        ),
        migrations.AddField(
            model_name="deferral",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="deferral",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deferrals", to="cases.agendaitem"
            ),
        ),
        migrations.AddField(
            model_name="deferral",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deferrals", to="cases.meeting"
            ),
        ),
        migrations.AddField(
            model_name="patternevent",
            name="actor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="patternevent",
            name="pattern",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="cases.pattern"
            ),
        ),
        migrations.AddField(
            model_name="patternfollower",
            name="pattern",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="followers", to="cases.pattern"
            ),
        ),
        migrations.AddField(
            model_name="patternfollower",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="follows", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="patternmeasure",
            name="moved_from",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="moved_to", to="cases.measure"
            ),
        ),
        migrations.AddField(
            model_name="patternmeasure",
            name="pattern",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="own_measures", to="cases.pattern"
            ),
        ),
        migrations.AddField(
            model_name="patterntally",
            name="pattern",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="cases.pattern"
            ),
        ),
        migrations.AddField(
            model_name="patterntally",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="removal",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="removals", to="cases.meeting"
            ),
        ),
        migrations.AddField(
            model_name="removal",
            name="pattern",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.pattern"),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.UniqueConstraint(fields=("meeting", "pattern"), name="removed_once"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__isnull", False), models.Q(("own_text", ""), _negated=True), _connector="OR"),
                name="assignment_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.UniqueConstraint(fields=("item", "meeting"), name="deferred_once_a_meeting"),
        ),
        migrations.AddConstraint(
            model_name="patternevent",
            constraint=models.UniqueConstraint(fields=("pattern", "seq"), name="pattern_event_seq_once"),
        ),
        migrations.AddConstraint(
            model_name="patternfollower",
            constraint=models.UniqueConstraint(fields=("pattern", "user"), name="follows_once"),
        ),
        migrations.AddIndex(
            model_name="patternmeasure",
            index=models.Index(fields=["state", "due_on"], name="pattern_measure_due"),
        ),
        migrations.AddConstraint(
            model_name="patternmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("moved_from__isnull", True),
                        models.Q(("what", ""), _negated=True),
                        models.Q(("owner", ""), _negated=True),
                    ),
                    ("moved_from__isnull", False),
                    _connector="OR",
                ),
                name="pattern_measure_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="patterntally",
            constraint=models.UniqueConstraint(fields=("pattern", "user", "met_on"), name="tally_once_a_day"),
        ),
        migrations.RunPython(triggers.installing("cases_patternevent"), triggers.removing("cases_patternevent")),
    ]
