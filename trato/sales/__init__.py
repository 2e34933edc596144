"""Orders and their lines; what they add up to for a customer."""
