from django.utils import timezone
from procrastinate.contrib.django import app

from trato.api.idempotency import forget_old_answers


@app.periodic(cron="40 3 * * *")
@app.task(queue="nightly", queueing_lock="api.forget_answers")
def forget_answers(timestamp: int) -> None:
    forget_old_answers(at=timezone.now())
