"""The lake: copies of what analysis reads, as Parquet files under one manifest.

A full update writes every line of the base anew; later ones write only the customers something
happened to, whole, beside it. Readers take the base without those customers, and then those.
"""
