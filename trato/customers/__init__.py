"""One customer, one page.

*Customer*: a person or an organisation in a relationship with us. *Event*: one line of the
append-only log, at once time line, trigger and fact table. *Consumer*: what reads the log behind
its own cursor. *Fact*: something declared or observed about a customer, with source and date.
*Consent*: a yes or no for a channel and a purpose, with its evidence. *Summary*: the figures of a
customer that lists sort by, kept by consumers. *Sought*: words of names and own values, kept aside
by the database itself.
"""
