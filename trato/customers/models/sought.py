"""What customers are found by, in narrow tables: an index of these answers by itself.

A row of customers is wide, and those that a search finds lie far apart: to look at each takes ten
times as long as to read its id in an index. The database itself keeps these tables, in the
transaction that writes the customer.
"""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

# Writers share this lock (trato_learn_words); who forgets words that nobody has needs it alone.
WORDS_LOCK = 7_005

WRITTEN = pgtrigger.Trigger(
    name="sought_written",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
    func="""
    INSERT INTO customers_nameword (word, customer_id)
    -- In the order of the index, into which they go twice as fast so.
    SELECT DISTINCT found.word COLLATE "C", w.id
    FROM written w, trato_words(w.sort_key) AS found (word) ORDER BY 1, 2;
    PERFORM trato_learn_words(ARRAY(
        SELECT DISTINCT found.word FROM written w, trato_words(w.sort_key) AS found (word)
    ));
    INSERT INTO customers_ownvalue (key, is_date, value, customer_id)
    SELECT own.key COLLATE "C", own.is_date, own.value, w.id
    FROM written w, trato_own_values(w.custom) own ORDER BY 1, 2, 3, 4;
    RETURN NULL;""",
)

CHANGED = pgtrigger.Trigger(
    name="sought_changed",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="was", new="written"),  # type: ignore[no-untyped-call]
    func="""
    IF EXISTS (
        SELECT FROM was JOIN written w USING (id) WHERE was.sort_key IS DISTINCT FROM w.sort_key
    ) THEN
        PERFORM trato_forget_words(was.id, was.sort_key) FROM was JOIN written w USING (id)
        WHERE was.sort_key IS DISTINCT FROM w.sort_key;
        INSERT INTO customers_nameword (word, customer_id)
        SELECT DISTINCT found.word COLLATE "C", w.id
        FROM was JOIN written w USING (id), trato_words(w.sort_key) AS found (word)
        WHERE was.sort_key IS DISTINCT FROM w.sort_key ORDER BY 1, 2;
        PERFORM trato_learn_words(ARRAY(
            SELECT DISTINCT found.word
            FROM was JOIN written w USING (id), trato_words(w.sort_key) AS found (word)
            WHERE was.sort_key IS DISTINCT FROM w.sort_key
        ));
    END IF;
    IF EXISTS (
        SELECT FROM was JOIN written w USING (id) WHERE was.custom IS DISTINCT FROM w.custom
    ) THEN
        PERFORM trato_forget_values(was.id, was.custom) FROM was JOIN written w USING (id)
        WHERE was.custom IS DISTINCT FROM w.custom;
        INSERT INTO customers_ownvalue (key, is_date, value, customer_id)
        SELECT own.key COLLATE "C", own.is_date, own.value, w.id
        FROM was JOIN written w USING (id), trato_own_values(w.custom) own
        WHERE was.custom IS DISTINCT FROM w.custom ORDER BY 1, 2, 3, 4;
    END IF;
    RETURN NULL;""",
)

DELETED = pgtrigger.Trigger(
    name="sought_deleted",
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    func="""
    PERFORM trato_forget_words(OLD.id, OLD.sort_key);
    PERFORM trato_forget_values(OLD.id, OLD.custom);
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
