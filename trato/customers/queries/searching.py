"""Finding customers by what people type: the list's search."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from trato.customers.models import (
    Customer,
    EmailAddress,
    ExternalId,
    NameWord,
    PhoneNumber,
    Word,
)
from trato.customers.queries.matching import tax_key
from trato.kit.database import IsAny
from trato.kit.listing import Narrow, TooSlow, within
from trato.kit.text import normalise_email, sort_key

SHORTEST_PART = 3
MOST_HITS = 1_000
MOST_SIMILAR = 20
MOST_COMPARED = 500
MOST_WORDS = 5
LEAST_SIMILARITY = 0.4
SIMILAR_TIME = 200

type Way = tuple[QuerySet[Any], str]


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any] | Narrow:
    """By parts of the name, the e-mail or the telephone, or by a whole id or tax number.

    Few hits are taken as ids, which go well with every order and filter. When one way alone finds
    more than anybody reads through, it is a page that is looked for, and the others are left out.
    """
    named, known = _named(text), _with_words(text)
    first = (Customer.objects.filter(named), "pk") if known is None else (known, "customer_id")
    ways = [first, *_other_ways(text)]
    hits = _hits(ways)
    if len(hits[0]) > MOST_HITS:
        return rows.filter(named) if known is None else Narrow(known, "customer_id", named)
    for (way, link), found in zip(ways, hits, strict=True):
        if len(found) > MOST_HITS:
            return Narrow(way, link, Q(Exists(way.filter(**{link: OuterRef("pk")}))))
    every = set().union(*hits)
    return rows.filter(IsAny(F("pk"), Value(list(every)))) if every else rows.none()


def searched(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The same for who takes the first that come."""
    found = search(rows, text)
    return rows.filter(found.condition) if isinstance(found, Narrow) else found


def _hits(ways: Sequence[Way]) -> list[list[int]]:
    """What each way finds, some of it twice: one question of several parts."""
    parts = [
        way.order_by().values_list(Value(place), link)[: MOST_HITS + 1]
        for place, (way, link) in enumerate(ways)
    ]
    found: list[list[int]] = [[] for _way in ways]
    first, *others = parts
    every = first.union(*others, all=True).order_by()
    # Most searches that find many find them by the first way: the others are not even begun.
    some = list(every[: MOST_HITS + 1])
    is_whole = len(some) <= MOST_HITS or some[-1][0] == 0
    for place, pk in some if is_whole else every:
        found[place].append(pk)
    return found


def _with_words(text: str) -> QuerySet[NameWord] | None:
    """Whose name has every word of the text somewhere; None where one is too short to be found."""
    words = sort_key(text).split()
    if not words or any(len(word) < SHORTEST_PART for word in words):
        return None
    return _having([Word.objects.filter(word__contains=word) for word in words])


def _having(words: Sequence[QuerySet[Word]]) -> QuerySet[NameWord]:
    """Whose name has one of these words, and one of those, and so on."""
    # The words are fewer than the planner thinks: were they no array, it would read all names.
    listed = [IsAny(F("word"), ArraySubquery(every.values("word"))) for every in words]
    first, *others = [NameWord.objects.filter(one) for one in listed]
    for other in others:
        first = first.filter(customer__in=other.values("customer_id"))
    return first


def _other_ways(text: str) -> Iterable[Way]:
    """Each has its own index, so each is a part by itself: an OR over joins would use none."""
    yield ExternalId.objects.filter(value=text), "customer"
    if " " not in text and len(text) >= SHORTEST_PART:
        part = normalise_email(text)
        yield EmailAddress.objects.filter(address__contains=part), "customer"
    digits = digits_of(text)
    if digits:
        yield Customer.objects.filter(tax_id=tax_key(text)).exclude(tax_id=""), "pk"
    if len(digits) >= SHORTEST_PART and not any(letter.isalpha() for letter in text):
        yield PhoneNumber.objects.filter(number__contains=digits), "customer"


def _named(text: str) -> Q:
    """Every word somewhere in the name; what is too short for that, at its beginning."""
    words = sort_key(text).split()
    long = [word for word in words if len(word) >= SHORTEST_PART]
    if not long:
        return Q(sort_key__startswith=sort_key(text)) | Q(sort_key__contains=f" {sort_key(text)}")
    found = Q()
    for word in words:
        found &= Q(sort_key__contains=word)
    return found


def similar(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Names one slip of the hand away from a text that is in none; else those most like it."""
    words = sort_key(text)
    if len(words) <= SHORTEST_PART:
        return rows.none()
    for way, settings in _WAYS:
        with suppress(TooSlow), within(SIMILAR_TIME, settings):
            if best := _best(way(rows, words), words):
                return rows.filter(pk__in=best)
    return rows.none()


def _alike(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(sort_key__trigram_word_similar=words).values("pk")


def _best(found: QuerySet[Any], words: str) -> list[int]:
    nearest = TrigramWordSimilarity(words, F("sort_key")).desc()
    near = Customer.objects.filter(pk__in=found.order_by()[:MOST_COMPARED])
    return list(near.order_by(nearest, "pk").values_list("pk", flat=True)[:MOST_SIMILAR])


class _LikeAny(IsAny):
    """One of these patterns as they are: ``_`` stands for any letter."""

    arg_joiner = " LIKE ANY ("


def _slipped(column: str, word: str) -> _LikeAny:
    return _LikeAny(F(column), Value([f"%{pattern}%" for pattern in slips(word)]))


def _with_words_misspelt(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Every word in the name; one that is in no name with a letter wrong, missing, too many or
    in the other's place.
    """
    known, unknown = _known(words)
    for word in known:
        if len(word) < SHORTEST_PART:
            rows = rows.filter(sort_key__contains=word)
    meant = [Word.objects.filter(_slipped("word", word)) for word in unknown]
    meant += [
        Word.objects.filter(word__contains=word) for word in known if len(word) >= SHORTEST_PART
    ]
    if not meant:
        return rows.none().values("pk")
    return _having(meant).filter(customer__in=rows.values("pk")).values("customer_id")


def _misspelt(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """The same in the whole name: a space may be what is missing."""
    known, unknown = _known(words)
    for word in known:
        rows = rows.filter(sort_key__contains=word)
    for word in unknown:
        rows = rows.filter(_slipped("sort_key", word))
    return rows.values("pk")


def _known(text: str) -> tuple[list[str], list[str]]:
    """The words that are in names, and the others. One alone has been looked for already."""
    words = text.split()[:MOST_WORDS]
    if len(words) < 2:
        return [], words
    first, *others = [
        Word.objects.filter(word__contains=word).values_list(Value(place), flat=True)[:1]
        for place, word in enumerate(words)
    ]
    found = set(first.union(*others, all=True).order_by())
    known = [word for place, word in enumerate(words) if place in found]
    return known, [word for place, word in enumerate(words) if place not in found]


# The planner takes such names for frequent, and would read the names one by one until it has some.
_BY_TRIGRAMS = {
    "pg_trgm.word_similarity_threshold": str(LEAST_SIMILARITY),
    "enable_seqscan": "off",
    "enable_indexscan": "off",
    "enable_indexonlyscan": "off",
}
_WAYS = (
    (_with_words_misspelt, {"enable_seqscan": "off"}),
    (_misspelt, _BY_TRIGRAMS),
    (_alike, _BY_TRIGRAMS),
)


def slips(word: str) -> set[str]:
    """Patterns of what somebody may have meant who typed this word with one slip.

    Only those with three letters in a row: the index has nothing to find the others by.
    """
    letters = [f"\\{letter}" if letter in "\\%_" else letter for letter in word]
    cuts = [(letters[:place], letters[place:]) for place in range(len(word))]
    found = {(*head, tail[1], tail[0], *tail[2:]) for head, tail in cuts[:-1]}
    found |= {(*head, *tail[1:]) for head, tail in cuts}
    found |= {(*head, "_", *tail[1:]) for head, tail in cuts}
    found |= {(*head, "_", *tail) for head, tail in cuts[1:]}
    known = {pattern for pattern in map("".join, found) if _LONG_ENOUGH.search(pattern)}
    # What holds another pattern finds nothing that the other does not.
    return {one for one in known if not any(other in one for other in known - {one})}


_LONG_ENOUGH = re.compile(r"[^\W_]{3}")
