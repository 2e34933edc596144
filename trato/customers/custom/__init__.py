"""Fields that a company defined for its customers, products, orders and contacts."""
