"""Half of each page of hotels stays free: what a sync works out of a hotel after all of them are read (how far it is from
the centre) then fits beside the row, and none of its indexes is written again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotels", "0008_searched")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE hotels_hotel SET (fillfactor = 50)", "ALTER TABLE hotels_hotel RESET (fillfactor)"
        )
    ]
