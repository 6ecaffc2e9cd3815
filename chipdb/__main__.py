"""``python -m chipdb``."""

from chipdb.cli import script

if __name__ == "__main__":
    script()
