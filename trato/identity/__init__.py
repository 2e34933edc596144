"""Who works here: the company, users, teams, roles and their rules, tokens, audit, saved views.

*Role*: what a user may do (``rules.py``, the one place). *Visibility*: whose records a user sees:
own, team or all. *Token*: a hashed key for programs with a scope and an expiry date.
"""
