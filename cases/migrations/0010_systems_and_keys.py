"""Accounts of programs, and what they do by key in the read log. Columns without a value: no row is written anew."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_reporter_reference_once")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="system_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="systems",
                to="cases.association",
                verbose_name="system hos",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="system_member",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="systems",
                to="cases.member",
            ),
        ),
        migrations.AddField(
            model_name="readlog",
            name="via",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="readlog",
            name="address",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="readlog",
            name="rows",
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="readlog",
            name="case",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reads", to="cases.case"
            ),
        ),
        migrations.AlterField(
            model_name="readlog",
            name="action",
            field=models.CharField(
                choices=[
                    ("OPENED", "Öppnade"),
                    ("PRINTED", "Skrev ut"),
                    ("EXPORTED", "Exporterade"),
                    ("ORIGINAL", "Läste maskerad text"),
                    ("FETCHED", "Hämtade"),
                    ("SENT", "Skickade in"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="readlog",
            name="role",
            field=models.CharField(
                blank=True,
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
    ]
