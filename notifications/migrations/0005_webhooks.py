"""Systems outside that are told what a kansli or a function is told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.clocks
import notifications.models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_packs"),
        ("notifications", "0004_hourly_round"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="namn")),
                ("address", models.CharField(max_length=1000, verbose_name="adress")),
                ("host", models.CharField(db_index=True, max_length=300)),
                ("kinds", models.JSONField(default=list)),
                (
                    "key",
                    models.CharField(default=notifications.models.new_key, editable=False, max_length=32, unique=True),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("version_at", models.DateTimeField(default=cases.clocks.now)),
                ("old_secret_until", models.DateTimeField(null=True)),
                ("is_on", models.BooleanField(default=True)),
                (
                    "off_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("BY_HAND", "Avstängd av administratören"),
                            ("GONE", "Mottagaren svarade att adressen är borttagen"),
                            ("FAILING", "Mottagaren har inte tagit emot på flera dagar"),
                        ],
                        max_length=10,
                    ),
                ),
                ("off_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(default=cases.clocks.now)),
                ("last_sent_at", models.DateTimeField(null=True)),
                ("last_failed_at", models.DateTimeField(null=True)),
                ("last_why", models.CharField(blank=True, max_length=60)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("paused_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhookar",
                "ordering": ["name", "id"],
            },
        ),
        migrations.AlterField(
            model_name="delivery",
            name="channel",
            field=models.CharField(
                choices=[("MAIL", "E-post"), ("APP", "I programmet"), ("HOOK", "Webhook")],
                db_default="MAIL",
                default="MAIL",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="hook",
            name="association",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hooks", to="cases.association"
            ),
        ),
        migrations.AddField(
            model_name="hook",
            name="function",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.contactfunction",
            ),
        ),
        migrations.AddField(
            model_name="hook",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="hook",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="notifications.hook",
            ),
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_on", True), ("off_at__isnull", True), ("off_why", "")),
                    models.Q(("is_on", False), ("off_at__isnull", False), models.Q(("off_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="hook_off_says_why",
            ),
        ),
    ]
