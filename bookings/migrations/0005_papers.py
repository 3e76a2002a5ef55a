"""Invoices, credit notes and receipts. A number is given once, in order, with its paper; the database sees to it."""

import django.db.models.deletion
from django.db import migrations, models

import bookings.models.document

RULES = """
CREATE FUNCTION bookings_series_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.last <> 0 THEN
            RAISE EXCEPTION 'a series begins at 0' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a series is kept' USING ERRCODE = 'restrict_violation';
    ELSIF NEW.last NOT IN (OLD.last, OLD.last + 1)
        OR (NEW.seller, NEW.kind, NEW.year, NEW.prefix) <> (OLD.seller, OLD.kind, OLD.year, OLD.prefix) THEN
        RAISE EXCEPTION 'series % only counts on, one by one', OLD.prefix USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER document_series_steps BEFORE INSERT OR UPDATE OR DELETE ON bookings_documentseries
    FOR EACH ROW EXECUTE FUNCTION bookings_series_steps();

CREATE FUNCTION bookings_series_has_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM bookings_document WHERE series_id = NEW.id AND position = NEW.last) THEN
        RAISE EXCEPTION 'number % of series % has no paper', NEW.last, NEW.prefix
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER document_series_has_paper AFTER UPDATE OF last ON bookings_documentseries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bookings_series_has_paper();

CREATE FUNCTION bookings_numbered_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'paper % has a number and stays as it is', OLD.number USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER document_numbered_for_good BEFORE UPDATE OR DELETE ON bookings_document
    FOR EACH ROW WHEN (OLD.position IS NOT NULL) EXECUTE FUNCTION bookings_numbered_for_good();
"""

UNDO = """
DROP TRIGGER document_numbered_for_good ON bookings_document;
DROP TRIGGER document_series_has_paper ON bookings_documentseries;
DROP TRIGGER document_series_steps ON bookings_documentseries;
DROP FUNCTION bookings_numbered_for_good();
DROP FUNCTION bookings_series_has_paper();
DROP FUNCTION bookings_series_steps();
"""


def name_the_issued(apps, schema_editor):
    document = apps.get_model("bookings", "Document")
    for row in document.objects.all():
        document.objects.filter(pk=row.pk).update(public_id=bookings.models.document.document_public_id())


class Migration(migrations.Migration):
    dependencies = [("bookings", "0004_ledger_chain")]

    operations = [
        migrations.CreateModel(
            name="DocumentSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seller", models.CharField(help_text="The legal entity's code.", max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")], max_length=20
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        help_text="Of the date of issue, on the seller's clock."
                    ),
                ),
                ("prefix", models.CharField(max_length=20)),
                ("last", models.PositiveIntegerField(default=0, help_text="The newest number given.")),
            ],
            options={
                "verbose_name": "number series",
                "verbose_name_plural": "number series",
                "ordering": ("-year", "seller", "kind"),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("seller"), models.F("kind"), models.F("year"), name="document_series_unique"
                    ),
                    models.UniqueConstraint(
                        models.F("prefix"), models.F("year"), name="document_series_prefix_unique"
                    ),
                ],
            },
        ),
        migrations.AddField(
            "document",
            "public_id",
            models.CharField(default="", editable=False, max_length=40),
            preserve_default=False,
        ),
        migrations.RunPython(name_the_issued, migrations.RunPython.noop),
        migrations.AlterField(
            "document",
            "public_id",
            models.CharField(
                default=bookings.models.document.document_public_id,
                editable=False,
                max_length=40,
                unique=True,
            ),
        ),
        migrations.AddField(
            "document",
            "payment",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="bookings.payment",
            ),
        ),
        migrations.AddField(
            "document",
            "refund",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="bookings.refund",
            ),
        ),
        migrations.AddField(
            "document",
            "corrects",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="bookings.document",
            ),
        ),
        migrations.AddField(
            "document",
            "series",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="bookings.documentseries",
            ),
        ),
        migrations.AddField("document", "position", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("document", "number", models.CharField(blank=True, db_index=True, max_length=40)),
        migrations.AddField(
            "document",
            "total_amount",
            models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="A credit note's is what goes back.",
                max_digits=16,
                null=True,
            ),
        ),
        migrations.AddField("document", "total_currency", models.CharField(blank=True, max_length=3)),
        migrations.AddField("document", "version", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("document", "facts", models.JSONField(blank=True, default=dict)),
        migrations.AddField("document", "page", models.JSONField(blank=True, default=dict)),
        migrations.AlterField(
            "document", "digest", models.CharField(help_text="SHA-256 of the page's words.", max_length=64)
        ),
        migrations.AlterField(
            "document",
            "kind",
            models.CharField(
                choices=[
                    ("voucher", "Voucher"),
                    ("invoice", "Invoice"),
                    ("credit_note", "Credit note"),
                    ("receipt", "Receipt"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(models.F("series"), models.F("position"), name="document_number_unique"),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                models.F("payment"),
                models.F("kind"),
                condition=models.Q(("kind__in", ("invoice", "receipt"))),
                name="document_once_per_payment",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                models.F("refund"),
                condition=models.Q(("kind", "credit_note")),
                name="document_once_per_refund",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ("invoice", "credit_note")),
                        ("position__gt", 0),
                        ("series__isnull", False),
                        models.Q(("number", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("kind__in", ("invoice", "credit_note")), _negated=True),
                        ("position__isnull", True),
                        ("series__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="document_numbered",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "credit_note"), _negated=True),
                    ("corrects__isnull", False),
                    _connector="OR",
                ),
                name="document_credit_note_corrects",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=models.Q(
                    ("kind", "voucher"),
                    models.Q(
                        ("total_amount__isnull", False), models.Q(("total_currency", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="document_has_a_total",
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
