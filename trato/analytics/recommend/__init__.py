"""What to offer to whom: cross-selling, repurchase, up-selling, complements; with reasons.

Customers and items are dense codes 0, 1, 2 …; ``data`` says which arrays are wanted. Every model is
made by ``fit`` and never changes. Large bases are worked through in blocks of customers.
"""
