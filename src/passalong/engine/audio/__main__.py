"""The child process: `python -m passalong.engine.audio VERB`, an order as JSON on standard input, JSON lines out."""

from __future__ import annotations

import json
import sys
from typing import Any

from passalong.engine.audio.limits import LOOKING, RENDERING, WRITING, bind
from passalong.engine.audio.results import NotSound, Why


def main(verb: str, order: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked, within its bounds."""
    if verb == "render":
        bind(RENDERING)
        from passalong.engine.audio.rendering import rendered

        return rendered(order, lambda percent: tell({"progress": percent}))
    if verb == "examine":
        bind(LOOKING)
        from passalong.engine.audio.looking import examined

        return examined(order, lambda percent: tell({"progress": percent}))
    bind(WRITING)
    from passalong.engine.audio import short

    return {"snippet": short.snippet, "wav16": short.wav16}[verb](order)


def tell(words: dict[str, Any]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        tell(main(sys.argv[1], json.load(sys.stdin)))
    except NotSound as error:
        tell({"not_sound": error.key})
    except MemoryError:
        tell({"not_sound": Why.BOUNDS})
    except Exception as error:
        tell({"failed": f"{type(error).__name__}: {error}"[:300]})
