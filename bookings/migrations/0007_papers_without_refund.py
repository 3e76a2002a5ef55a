from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_disputes")]

    operations = [
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                models.F("corrects"),
                condition=models.Q(("kind", "credit_note"), ("refund__isnull", True)),
                name="document_once_per_cancellation",
            ),
        ),
    ]
