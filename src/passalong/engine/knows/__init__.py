"""Who knows whom: evidence to a calibrated probability with reasons. Start with docs/methods/who-knows-whom.md.

data = knows.read_folder("folder")
for ranked in knows.Scorer(data).rank("ann"):
    print(ranked.prospect_id, ranked.p_knows, ranked.reasons[0].text)
"""

from __future__ import annotations

from passalong.engine.knows.dataset import ANSWERS, DataSet
from passalong.engine.knows.errors import DataError
from passalong.engine.knows.fit import fit
from passalong.engine.knows.model import Model
from passalong.engine.knows.paths import Chain, Paths
from passalong.engine.knows.prior import Prior, shipped
from passalong.engine.knows.quality import quality
from passalong.engine.knows.reading import read_folder, read_pairs, read_people
from passalong.engine.knows.reasons import Reason
from passalong.engine.knows.scorer import Ranked, Scorer

PRIOR = shipped()

__all__ = [
    "ANSWERS",
    "PRIOR",
    "Chain",
    "DataError",
    "DataSet",
    "Model",
    "Paths",
    "Prior",
    "Ranked",
    "Reason",
    "Scorer",
    "fit",
    "quality",
    "read_folder",
    "read_pairs",
    "read_people",
]
