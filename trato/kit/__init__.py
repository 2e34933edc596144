"""Plain building blocks that know no business: settings from the environment, the embedded
database, money, time, text, telephone numbers.
"""
