"""Insight: from the database to what is known about each customer, and back.

* The *lake* holds copies of what analysis reads, as Parquet files under one manifest.
* A *refresh* brings the lake up to date, fits the models, scores every customer and swaps the
  scores in; a *run* is the record of one refresh: how long, how much, how well.
* A *mart* is a table made by the last refresh for the pages to read.
"""
