"""The words that names are searched by."""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from trato.customers.models import WORDS_LOCK, NameWord, Word


def forget_words() -> int:
    """Words that are in no name any more, and second ones; none while names are being written.

    Somebody who writes a name with a known word does not write the word again: nobody may be about
    to while it is forgotten. Writers wait for the few milliseconds that this takes.
    """
    unused = list(_unused().values_list("pk", flat=True))
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", [WORDS_LOCK])
        [is_alone] = sql.fetchone()
        return _unused().filter(pk__in=unused).delete()[0] if is_alone else 0


def _unused() -> QuerySet[Word]:
    had = NameWord.objects.filter(word=OuterRef("word"))
    before = Word.objects.filter(word=OuterRef("word"), pk__lt=OuterRef("pk"))
    return Word.objects.filter(~Exists(had) | Exists(before))
