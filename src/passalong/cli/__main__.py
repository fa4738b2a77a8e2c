"""python -m passalong.cli: the same as the command passalong."""

from __future__ import annotations

from passalong.cli import main

if __name__ == "__main__":
    main(prog_name="passalong")
