"""The demo company: a real-looking shop written through the same actions as everybody.
"""
