"""The record of supplier exchanges: partitioned by day, which Django's CreateModel cannot say."""

import faredown.lib.clock
from django.db import migrations, models

CREATE = """
CREATE TABLE suppliers_call (
    id bigserial NOT NULL,
    at timestamptz NOT NULL,
    supplier varchar(40) NOT NULL,
    operation varchar(20) NOT NULL,
    outcome varchar(12) NOT NULL,
    method varchar(6) NOT NULL,
    path varchar(400) NOT NULL,
    status smallint NULL CHECK (status >= 0),
    attempt smallint NOT NULL CHECK (attempt >= 0),
    elapsed_ms integer NOT NULL CHECK (elapsed_ms >= 0),
    request_bytes integer NOT NULL CHECK (request_bytes >= 0),
    response_bytes integer NOT NULL CHECK (response_bytes >= 0),
    refused_rates integer NOT NULL CHECK (refused_rates >= 0),
    booking_reference varchar(40) NOT NULL,
    token varchar(64) NOT NULL,
    request_id varchar(64) NOT NULL,
    detail varchar(400) NOT NULL,
    request_body text NOT NULL,
    response_body text NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX call_newest ON suppliers_call (at DESC, id DESC);
CREATE INDEX call_operation ON suppliers_call (supplier, operation, at);
CREATE INDEX call_reference ON suppliers_call (booking_reference, at) WHERE NOT (booking_reference = '');
-- Takes what no day's partition takes, so that recording a call never fails for want of one.
CREATE TABLE suppliers_call_default PARTITION OF suppliers_call DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0001_suppliers_and_credentials")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE, "DROP TABLE suppliers_call")
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Call",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(default=faredown.lib.clock.now)),
                        ("supplier", models.CharField(max_length=40)),
                        (
                            "operation",
                            models.CharField(
                                choices=[
                                    ("status", "status"),
                                    ("content", "content"),
                                    ("availability", "availability"),
                                    ("check_rates", "check_rates"),
                                    ("book", "book"),
                                    ("booking_detail", "booking_detail"),
                                    ("booking_list", "booking_list"),
                                    ("change", "change"),
                                    ("cancel", "cancel"),
                                    ("reconfirmations", "reconfirmations"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("ok", "ok"),
                                    ("refused", "refused"),
                                    ("invalid", "invalid"),
                                    ("denied", "denied"),
                                    ("throttled", "throttled"),
                                    ("unavailable", "unavailable"),
                                    ("unreadable", "unreadable"),
                                    ("unknown", "unknown"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("method", models.CharField(max_length=6)),
                        ("path", models.CharField(max_length=400)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("attempt", models.PositiveSmallIntegerField(default=1)),
                        ("elapsed_ms", models.PositiveIntegerField(default=0)),
                        ("request_bytes", models.PositiveIntegerField(default=0)),
                        ("response_bytes", models.PositiveIntegerField(default=0)),
                        ("refused_rates", models.PositiveIntegerField(default=0)),
                        (
                            "booking_reference",
                            models.CharField(blank=True, default="", max_length=40),
                        ),
                        (
                            "token",
                            models.CharField(blank=True, default="", max_length=64),
                        ),
                        (
                            "request_id",
                            models.CharField(blank=True, default="", max_length=64),
                        ),
                        (
                            "detail",
                            models.CharField(blank=True, default="", max_length=400),
                        ),
                        ("request_body", models.TextField(blank=True, default="")),
                        ("response_body", models.TextField(blank=True, default="")),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                        "indexes": [
                            models.Index(
                                models.OrderBy(models.F("at"), descending=True),
                                models.OrderBy(models.F("id"), descending=True),
                                name="call_newest",
                            ),
                            models.Index(
                                fields=["supplier", "operation", "at"],
                                name="call_operation",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("booking_reference", ""), _negated=True
                                ),
                                fields=["booking_reference", "at"],
                                name="call_reference",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
