from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotels", "0004_catalogue_at_full_size")]

    operations = [
        migrations.AlterModelOptions(
            name="syncrun",
            options={
                "ordering": ("-started_at",),
                "permissions": (("run_sync", "Can start, pause and stop a sync"),),
            },
        ),
    ]
