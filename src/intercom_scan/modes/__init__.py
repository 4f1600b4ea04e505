"""What each way of scanning reads: from places to occurrences."""
