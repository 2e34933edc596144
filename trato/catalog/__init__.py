"""What is sold: products in a category tree, their prices and costs over time, exchange rates."""
