"""``python -m athanor`` is ``athanor``."""

from athanor.cli.main import main

if __name__ == "__main__":
    main()
