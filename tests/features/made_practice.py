"""A made practice for the story of answers that teach, put into the data folder of a Passalong that runs.

Six clients. Each met five prospects of the wish list at an event of their own and sits on a board of their own with
five others. The ideal client is such that boards stand a little in front until somebody has said a word.
"""

from __future__ import annotations

import sys

CLIENTS = ("Ada Holm", "Bruno Keller", "Carla Mendes", "Dario Fonti", "Edda Brandt", "Zora Vale")
GIVEN = ("Alma", "Bert", "Cleo", "Dirk", "Enid")
SAILS, BOARDS = "Sailor", "Trustee"
OWNER = "ines@made.example"


def met(client: str) -> list[str]:
    """Whom this client met at the event."""
    return [f"{given} {client.split()[1]}{SAILS.lower()}" for given in GIVEN]


def seated(client: str) -> list[str]:
    """Who sits on the board with this client."""
    return [f"{given} {client.split()[1]}{BOARDS.lower()}" for given in GIVEN]


def make_practice() -> None:
    """Write it all through the services, as pages do."""
    from tests import make

    from passalong.prospecting import services

    owner = make.member(make.practice("Made Advisers"), email=OWNER, name="Ines Made")
    services.skip_fit_check(by=owner)
    for kind, value, importance in (("sector", "Shipyard", 1), ("town", "Arlesford", 3)):
        services.add_trait(by=owner, kind=kind, value=value, importance=importance)
    for client in CLIENTS:
        person = make.client(owner, client)
        for kind, name, others in (
            ("event", f"{client.split()[1]} Regatta", met(client)),
            ("board", f"{client.split()[1]} Trust", seated(client)),
        ):
            make.affiliation(owner, person, name, kind=kind)
            for other in others:
                prospect = make.contact(owner, other)
                make.affiliation(owner, prospect, name, kind=kind)
                services.add_prospect(by=owner, contact=prospect)


if __name__ == "__main__":
    from passalong.cli.boot import open_practices

    open_practices()
    make_practice()
    sys.exit()
