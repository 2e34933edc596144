"""One refresh, from the lake to the scores: what is worked out, and where it is written."""
