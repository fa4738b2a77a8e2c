"""Structure: common acquaintances of two people whose ties are partly known, and common contacts."""

from __future__ import annotations

import numpy as np

from passalong.engine.knows.arrays import Ints, Sparse, entries, log_of, scale_columns, with_data
from passalong.engine.knows.world import World

RESOURCE_SCALE = 30.0
NEGATIVE_CONTACT = "estranged"


def circle_features(world: World, asked: Ints) -> dict[str, Sparse]:
    """Common neighbours, Adamic-Adar, resource allocation (Zhou, Lu & Zhang 2009) and walks of three ties.

    All symmetric: a chain counts 1 / (acquaintances) for everybody between the two, nobody counted as their own link.
    """
    own, degree = world.ties[asked], np.maximum(world.degree, 1.0)
    resource = scale_columns(own, 1 / degree) @ world.ties
    rows, columns, _ = entries(resource)
    resource.data[columns == asked[rows]] = 0.0
    adamic = scale_columns(own, 1 / np.log(np.maximum(degree, 2.0))) @ world.ties
    third = scale_columns(resource, 1 / degree) @ world.ties
    return {
        "circle:common": log_of(own @ world.ties),
        "circle:rare": log_of(adamic),
        "circle:resource": log_of(resource, RESOURCE_SCALE),
        "circle:third": log_of(third, RESOURCE_SCALE),
    }


def contact_features(world: World, asked: Ints) -> dict[str, Sparse]:
    """`seen:kind`: ln(1 + strength) of contacts of the pair; `via:kind`: resource allocation over such contacts."""
    out: dict[str, Sparse] = {}
    for kind, strength in world.contacts.items():
        mine = strength[asked]
        out[f"seen:{kind}"] = log_of(mine)
        if kind == NEGATIVE_CONTACT:
            continue
        partners = np.maximum(np.diff(strength.indptr), 1).astype(float)
        shares = with_data(mine, 1 / partners[mine.indices])
        common = shares @ with_data(strength, np.ones(strength.nnz))
        out[f"via:{kind}"] = log_of(common, RESOURCE_SCALE)
    return out
