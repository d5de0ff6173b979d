from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_packs")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="reporter_reference",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60, verbose_name="rapportörens eget avvikelse-id"
            ),
        ),
    ]
