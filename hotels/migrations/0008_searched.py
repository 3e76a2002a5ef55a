"""What was searched: partitioned by day, which Django's CreateModel cannot say."""

import faredown.lib.clock
from django.db import migrations, models

CREATE = """
CREATE TABLE hotels_searchevent (
    id bigserial NOT NULL,
    at timestamptz NOT NULL,
    kind varchar(8) NOT NULL,
    search varchar(40) NOT NULL,
    place_kind varchar(12) NOT NULL,
    place varchar(40) NOT NULL,
    check_in date NULL,
    lead_days smallint NULL,
    nights smallint NULL,
    rooms smallint NULL,
    adults smallint NULL,
    children smallint NULL,
    residency varchar(2) NOT NULL,
    currency varchar(3) NOT NULL,
    channel varchar(12) NOT NULL,
    user_type varchar(12) NOT NULL,
    complete boolean NULL,
    hotels integer NULL,
    lowest_amount numeric(16, 3) NULL,
    elapsed_ms integer NULL,
    suppliers jsonb NULL,
    page integer NULL,
    sort varchar(16) NOT NULL,
    filters jsonb NULL,
    hotel varchar(40) NOT NULL,
    reference varchar(40) NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX search_event_at ON hotels_searchevent (at);
-- Takes what no day's partition takes, so that nothing is lost for want of one.
CREATE TABLE hotels_searchevent_default PARTITION OF hotels_searchevent DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("hotels", "0007_suggestions")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE, "DROP TABLE hotels_searchevent"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="SearchEvent",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(default=faredown.lib.clock.now)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked"),
                                    ("shown", "Shown"),
                                    ("opened", "Opened"),
                                    ("quoted", "Quoted"),
                                    ("booked", "Booked"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("search", models.CharField(max_length=40)),
                        ("place_kind", models.CharField(blank=True, default="", max_length=12)),
                        ("place", models.CharField(blank=True, default="", max_length=40)),
                        ("check_in", models.DateField(null=True)),
                        ("lead_days", models.SmallIntegerField(null=True)),
                        ("nights", models.SmallIntegerField(null=True)),
                        ("rooms", models.SmallIntegerField(null=True)),
                        ("adults", models.SmallIntegerField(null=True)),
                        ("children", models.SmallIntegerField(null=True)),
                        ("residency", models.CharField(blank=True, default="", max_length=2)),
                        ("currency", models.CharField(blank=True, default="", max_length=3)),
                        ("channel", models.CharField(blank=True, default="", max_length=12)),
                        ("user_type", models.CharField(blank=True, default="", max_length=12)),
                        ("complete", models.BooleanField(null=True)),
                        ("hotels", models.IntegerField(null=True)),
                        ("lowest_amount", models.DecimalField(decimal_places=3, max_digits=16, null=True)),
                        ("elapsed_ms", models.IntegerField(null=True)),
                        ("suppliers", models.JSONField(null=True)),
                        ("page", models.IntegerField(null=True)),
                        ("sort", models.CharField(blank=True, default="", max_length=16)),
                        ("filters", models.JSONField(null=True)),
                        ("hotel", models.CharField(blank=True, default="", max_length=40)),
                        ("reference", models.CharField(blank=True, default="", max_length=40)),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["at"], name="search_event_at")],
                    },
                ),
            ],
        ),
    ]
