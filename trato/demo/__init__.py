"""The demo company: Café Montaña, a roaster of coffee, written through everybody's actions.

*World*: the whole company as drafts, made in memory from a seed and a date, without a database.
*Truth*: what was planted in it (who buys at which rhythm, who left, what leads to what), so that
tests can ask whether analysis finds it again. *Segment*: people or firms who behave alike.
"""
