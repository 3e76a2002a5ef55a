"""What makes places and hotels findable by what a traveller types. Made at sync by services.content.place_names; all of
it can be made again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class SuggestedWord(models.Model):
    """A distinct folded word of names. `keys` find it when misspelt (hotels.spelling); `contexts` are the entries of
    cities, regions and countries that have it in their name, the heaviest: 'dubai' finds the hotels of Dubai."""

    id = models.AutoField(primary_key=True)
    word = models.CharField(max_length=120, db_collation="C")
    keys = ArrayField(models.IntegerField())
    hotels = models.PositiveIntegerField(default=0, help_text="Hotel names it is in, as last counted.")
    weight = models.PositiveIntegerField(default=0, help_text="Of the heaviest place it is in.")
    contexts = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["word"], name="suggested_word_unique"),)
        indexes = (GinIndex(fields=["keys"], name="suggested_word_by_key", fastupdate=False),)

    def __str__(self) -> str:
        return self.word


class SuggestedPlace(models.Model):
    """Something a traveller may mean. The id says what it is: the row's key in its own table times 16, and its kind.

    `names` holds the folded spellings between bars (`|munchen|munich|`); `words` the ids of their words, of the
    spellings written as one word, and, below zero, the ids of the city, region and country it lies in.
    """

    class Kind(models.IntegerChoices):
        COUNTRY = 1
        REGION = 2
        CITY = 3
        ZONE = 4
        AIRPORT = 5
        STATION = 6
        PORT = 7
        LANDMARK = 8
        HOTEL = 15

    id = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    weight = models.PositiveIntegerField(default=0)
    names = models.TextField(db_collation="C")
    words = ArrayField(models.IntegerField())
    source = models.BigIntegerField(help_text="Hash of what it was made of.")

    class Meta:
        indexes = (
            GinIndex(
                fields=["words"], name="suggested_place_by_word", fastupdate=False, condition=Q(kind__lt=15)
            ),
            GinIndex(
                fields=["words"], name="suggested_hotel_by_word", fastupdate=False, condition=Q(kind=15)
            ),
            models.Index(fields=["-weight"], name="suggested_hotel_by_weight", condition=Q(kind=15)),
        )

    def __str__(self) -> str:
        return self.names
