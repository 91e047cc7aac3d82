"""The executors there are."""
