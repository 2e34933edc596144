"""The one vocabulary of columns that tables of this library have.

Days are counted from 1970-01-01 (``int32``) in the company's time zone; money is ``float64`` in the
company's currency (the database keeps the exact amounts); unknown numbers are NaN.
"""

# Lines: one row a line of an order, sorted by customer, day and order.
CUSTOMER = "customer"
DAY = "day"
HOUR = "hour"
ORDER = "order"
PRODUCT = "product"
QUANTITY = "quantity"
AMOUNT = "amount"
MARGIN = "margin"
# How much of an amount has a known cost: what the margin speaks for.
KNOWN = "known"
CHANNEL = "channel"
STORE = "store"
SELLER = "seller"
# Whether the order is a purchase (its money counts and is more than nothing), and whether the line
# was given back. A line of an order given back whole carries no money.
IS_PURCHASE = "is_purchase"
IS_RETURN = "is_return"

# Purchases: one row a customer and day; whether more than one product was bought by then.
SEVERAL = "several"

# Signals: one row a contact or a response to marketing.
KIND = "kind"

# Statistics: one row a customer.
FREQUENCY = "frequency"
RECENCY = "recency"
AGE = "age"
MONETARY = "monetary"
FIRST_DAY = "first_day"
LAST_DAY = "last_day"
PURCHASES = "purchases"
REGULARITY = "regularity"
