"""``python -m chipdb``."""

from chipdb.cli import main

if __name__ == "__main__":
    main()
