"""What customers are found by, in narrow tables: an index of these answers by itself.

A row of customers is wide, and those that a search finds lie far apart: to look at each takes ten
times as long as to read its id in an index. The database itself keeps these tables, in the
transaction that writes the customer.
"""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

# Writers of words share this lock; who forgets words that nobody has any more needs it alone.
WORDS_LOCK = 7_005

_NOT_YET_KNOWN = """
    -- A look-up a word, however many come: a join planned for a file would serve single rows ill.
    (SELECT known.word FROM customers_word known WHERE known.word = found.word LIMIT 1) IS NULL"""

WRITTEN = pgtrigger.Trigger(
    name="sought_written",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
    func=f"""
    PERFORM pg_advisory_xact_lock_shared({WORDS_LOCK});
    INSERT INTO customers_nameword (word, customer_id)
    -- In the order of the index, into which they go twice as fast so.
    SELECT DISTINCT found.word COLLATE "C", w.id
    FROM written w, trato_words(w.sort_key) AS found (word) ORDER BY 1, 2;
    INSERT INTO customers_word (word)
    SELECT found.word FROM (
        SELECT DISTINCT one.word FROM written w, trato_words(w.sort_key) AS one (word)
    ) found WHERE {_NOT_YET_KNOWN};
    INSERT INTO customers_ownvalue (key, is_date, value, customer_id)
    SELECT own.key COLLATE "C", own.is_date, own.value, w.id
    FROM written w, trato_own_values(w.custom) own ORDER BY 1, 2, 3, 4;
    RETURN NULL;""",  # noqa: S608 - our own lock and text
)

CHANGED = pgtrigger.Trigger(
    name="sought_changed",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("name", "custom"),  # type: ignore[no-untyped-call]
    condition=pgtrigger.AnyChange("sort_key", "custom"),
    func=f"""
    IF OLD.sort_key IS DISTINCT FROM NEW.sort_key THEN
        PERFORM pg_advisory_xact_lock_shared({WORDS_LOCK});
        DELETE FROM customers_nameword
        WHERE word = ANY (string_to_array(OLD.sort_key, ' ')) AND customer_id = OLD.id;
        INSERT INTO customers_nameword (word, customer_id)
        SELECT DISTINCT found.word, NEW.id FROM trato_words(NEW.sort_key) AS found (word);
        INSERT INTO customers_word (word)
        SELECT DISTINCT found.word FROM trato_words(NEW.sort_key) AS found (word)
        WHERE {_NOT_YET_KNOWN};
    END IF;
    IF OLD.custom IS DISTINCT FROM NEW.custom THEN
        DELETE FROM customers_ownvalue kept USING trato_own_values(OLD.custom) own
        WHERE (kept.key, kept.is_date, kept.value, kept.customer_id)
            = (own.key, own.is_date, own.value, OLD.id);
        INSERT INTO customers_ownvalue (key, is_date, value, customer_id)
        SELECT own.key, own.is_date, own.value, NEW.id FROM trato_own_values(NEW.custom) own;
    END IF;
    RETURN NULL;""",  # noqa: S608 - our own lock and text
)

DELETED = pgtrigger.Trigger(
    name="sought_deleted",
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    func="""
    DELETE FROM customers_nameword
    WHERE word = ANY (string_to_array(OLD.sort_key, ' ')) AND customer_id = OLD.id;
    DELETE FROM customers_ownvalue kept USING trato_own_values(OLD.custom) own
    WHERE (kept.key, kept.is_date, kept.value, kept.customer_id)
        = (own.key, own.is_date, own.value, OLD.id);
    RETURN NULL;""",
)


class NameWord(models.Model):
    """A word in a customer's name, as names are searched."""

    pk = models.CompositePrimaryKey("word", "customer_id")
    word = models.TextField(db_collation="C")
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.word}"


class Word(models.Model):
    """A word in anybody's name: parts of words and slips of the hand are looked up here.

    Two writers may add one word at the same time; neither waits, and it is there twice.
    """

    word = models.TextField(db_collation="C")

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="word_itself"),
            GinIndex(OpClass("word", "gin_trgm_ops"), name="word_trigrams", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.word


class OwnValue(models.Model):
    """A number or a date among a customer's own fields; a date is its digits, 20260131."""

    pk = models.CompositePrimaryKey("key", "is_date", "value", "customer_id")
    key = models.TextField(db_collation="C")
    is_date = models.BooleanField()
    value = models.DecimalField(max_digits=36, decimal_places=12)
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.key} {self.value}"
