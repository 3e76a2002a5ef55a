"""When a facility is open, in which season, for whom, and what its fee is asked for.

Rows of before are filled by the next full sync: the weekly one, or `manage.py sync_hotels --full`.
"""

from django.db import migrations, models

UNITS = [
    ("unit_night", "per unit and night"),
    ("unit_stay", "per unit and stay"),
    ("person_night", "per person and night"),
    ("person_stay", "per person and stay"),
]


class Migration(migrations.Migration):
    dependencies = [("hotels", "0010_staff_correct_places")]

    operations = [
        migrations.AddField(
            "hotelfacility",
            "unit",
            models.CharField(blank=True, choices=UNITS, db_default="", max_length=12),
        ),
        migrations.AddField("hotelfacility", "time_from", models.TimeField(blank=True, null=True)),
        migrations.AddField("hotelfacility", "time_to", models.TimeField(blank=True, null=True)),
        migrations.AddField("hotelfacility", "starts_on", models.DateField(blank=True, null=True)),
        migrations.AddField(
            "hotelfacility",
            "ends_on",
            models.DateField(blank=True, help_text="The last day.", null=True),
        ),
        migrations.AddField(
            "hotelfacility", "age_from", models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.AddField(
            "hotelfacility", "age_to", models.PositiveSmallIntegerField(blank=True, null=True)
        ),
    ]
