"""What colleagues owe each other: tasks."""
