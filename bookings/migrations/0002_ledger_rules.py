"""The ledger's two laws, kept by the database itself: entries balance, and nothing is ever rewritten."""

from django.db import migrations

BALANCED = """
CREATE FUNCTION bookings_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    wrong record;
BEGIN
    IF TG_TABLE_NAME = 'bookings_journalline' THEN
        checked := NEW.entry_id;
    ELSE
        checked := NEW.id;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM bookings_journalline WHERE entry_id = checked) THEN
        RAISE EXCEPTION 'ledger entry % has no lines', checked USING ERRCODE = 'check_violation';
    END IF;
    SELECT currency, sum(debit) AS debit, sum(credit) AS credit INTO wrong
      FROM bookings_journalline WHERE entry_id = checked
     GROUP BY currency HAVING sum(debit) <> sum(credit) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger entry % does not balance in %: debit % credit %',
            checked, wrong.currency, wrong.debit, wrong.credit USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON bookings_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bookings_ledger_balanced();
CREATE CONSTRAINT TRIGGER journal_line_balanced AFTER INSERT ON bookings_journalline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bookings_ledger_balanced();
"""

APPEND_ONLY = """
CREATE FUNCTION bookings_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON bookings_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION bookings_ledger_append_only();
CREATE TRIGGER journal_line_append_only BEFORE UPDATE OR DELETE ON bookings_journalline
    FOR EACH ROW EXECUTE FUNCTION bookings_ledger_append_only();
"""

UNDO = """
DROP TRIGGER journal_line_append_only ON bookings_journalline;
DROP TRIGGER ledger_entry_append_only ON bookings_ledgerentry;
DROP TRIGGER journal_line_balanced ON bookings_journalline;
DROP TRIGGER ledger_entry_balanced ON bookings_ledgerentry;
DROP FUNCTION bookings_ledger_append_only();
DROP FUNCTION bookings_ledger_balanced();
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_models")]
    operations = [migrations.RunSQL(BALANCED + APPEND_ONLY, UNDO)]
