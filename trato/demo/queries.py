from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.queries import company


def is_empty() -> bool:
    """Nobody has begun to work with this Trato."""
    return not User.objects.exists() and not Customer.objects.exists()


def is_demo() -> bool:
    return company().is_demo
