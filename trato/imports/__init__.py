"""Files in and out: reading, mapping, staging, applying, undoing; exports of lists."""
