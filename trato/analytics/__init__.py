"""The mathematics of the customer's life: a library without Django, from table to table.

* A *purchase* is all that a customer bought on one day; a *line* is one product of an order.
* *Frequency* counts the purchases after the first; *recency* is the time from the first to the
  last purchase, *age* from the first to the end of observation (``as_of``), both in days.
* *Monetary value* is the mean of the purchases after the first, returns taken off.
* *Rhythm* is the time between two purchases of one customer.

Models are fitted by a function and never change afterwards: ``bgnbd.fit(...) -> BetaGeo``.
"""
