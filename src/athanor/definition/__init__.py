"""What an experiment is: its code, its typed configuration, and where experiments are found."""
