from django.db import models

from trato.identity.models import ApiToken


class Answer(models.Model):
    """What was answered to a call with an idempotency key: the same call gets it again."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
