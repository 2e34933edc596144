"""The log refuses changes: the database, not good manners, keeps it append-only."""

from django.db import migrations

GUARD = """
CREATE FUNCTION trato_guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('trato.rewrite_events', true) = 'on' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    -- An author who leaves is blanked by the foreign key; nothing else may change.
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL
       AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER trato_guard_event BEFORE UPDATE OR DELETE ON customers_event
FOR EACH ROW EXECUTE FUNCTION trato_guard_event();

CREATE FUNCTION trato_wake_consumers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY trato_events;
    RETURN NULL;
END $$;
CREATE TRIGGER trato_wake_consumers AFTER INSERT ON customers_event
FOR EACH STATEMENT EXECUTE FUNCTION trato_wake_consumers();
"""

UNGUARD = """
DROP TRIGGER trato_wake_consumers ON customers_event;
DROP FUNCTION trato_wake_consumers();
DROP TRIGGER trato_guard_event ON customers_event;
DROP FUNCTION trato_guard_event();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
