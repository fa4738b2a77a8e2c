"""Speech written down by a model that lies on this machine (faster-whisper, an extra). It asks nobody.

    hear(model, wav, seconds, progress, cancelled)   the segments; NotHeard says why there are none

The model runs in a child process that ends with its memory: `python -m passalong.engine.hearing MODEL WAV`.
"""

from __future__ import annotations

from passalong.engine.hearing.child import Heard, NotHeard, hear

__all__ = ["Heard", "NotHeard", "hear"]
