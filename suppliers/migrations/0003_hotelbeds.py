"""The first supplier's row, so that staff find its switches and limits."""

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("suppliers", "Supplier").objects.get_or_create(
        code="hotelbeds", defaults={"name": "Hotelbeds"}
    )


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0002_calls_by_day")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
