"""What the system shows of itself: curves of what it measures, its steward, its model and experts."""
