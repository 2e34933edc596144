"""Trato: a CRM that runs the whole life of a customer."""

__version__ = "0.1.0"
