"""What winning customers takes, and keeping them: costs by month, source and campaign."""
