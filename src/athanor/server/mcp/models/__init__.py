"""What tools take and answer: one file a noun."""
