"""What is true: instances, runs and their output, as frozen values. No input or output here."""
