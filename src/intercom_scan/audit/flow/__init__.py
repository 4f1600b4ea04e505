"""What code does with values, without running it: its calls, and what their arguments mean."""
