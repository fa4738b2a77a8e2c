"""The child: loads the model from a folder, writes one segment a line as JSON, times in seconds."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

MISSING = 3  # exit code: faster-whisper is not installed
UNREADABLE = 4  # exit code: no model in the folder


def main(model: str, sound: str) -> int:
    """Write the segments to standard output as they are found."""
    try:
        whisper = import_module("faster_whisper")
    except ImportError:
        return MISSING
    if not (Path(model) / "model.bin").is_file():
        return UNREADABLE
    loaded = whisper.WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True)
    segments, _info = loaded.transcribe(sound, vad_filter=True, beam_size=5)
    for one in segments:
        said = {"start": round(one.start, 2), "end": round(one.end, 2), "text": one.text.strip()}
        sys.stdout.write(json.dumps(said, ensure_ascii=True) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
