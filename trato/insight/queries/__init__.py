"""What the pages of analysis read: from the marts, within what the user may see.

Every function takes a DuckDB connection (`trato.insight.marts.connect`) and a `Filter`, and gives
frozen values. Beside each number is the `Filter` that leads to the customers behind it.

Beside the columns that every mart has, these queries read

* of ``transitions``: ``until``, ``furthest``, ``is_first`` (`trato.analytics.moves.follow`),
* of ``months``: ``cohort``, the month of the customer's first purchase.
"""
