"""The one command, ``trato``.
"""
