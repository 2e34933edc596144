"""What the pages of analysis show: questions with their charts, made of what the queries answer.

A page and the API show the same figures: each module has one function from a ``Reading`` to a
``Content``; `catalogue.py` lists them.
"""
