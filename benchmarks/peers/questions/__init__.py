"""The questions by kind: of whom each is asked, how, and why a system has no figure."""
