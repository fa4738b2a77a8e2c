"""The invented region: towns, streets, firms, schools, associations, clubs, boards and events.

Sizes are headcounts: a town of 41,000 and a mill of 2,900 are in it as well as a shop of three, because what a
shared membership says about two people depends on how many share it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .shapes import AffiliationKind, OrganizationKind

# The last two lie outside the region: people came from there or have left for it.
TOWNS: tuple[tuple[str, int], ...] = (
    ("Marlow Falls", 41000),
    ("Eastmere", 18500),
    ("Kettle Harbor", 9200),
    ("Ashgrove", 13000),
    ("Dunning", 6400),
    ("Port Calloway", 240000),
    ("Brightwater", 96000),
)
REGION = 5

# One letter a town, in the order above.
_TOWN_LETTERS = "MEKADPB"

_FIRMS = """
Bright Harbor Dental|dental|14|K; Falls Family Dental|dental|22|M; Eastmere Orthodontics|dental|11|E
Stillwater Dental Arts|dental|9|A; Northgate Endodontics|dental|6|M; Dunning Dental House|dental|5|D
Alder Valley Medical Center|health|2900|M; Kettle Harbor Family Practice|health|24|K; Lakeview Eye Care|health|18|E
Tern Island Physical Therapy|health|16|K; Ashgrove Pediatrics|health|21|A; Valley Imaging Group|health|64|M
Haddad Corner Pharmacy|health|19|E; Millrace Veterinary Clinic|health|15|A; Harborlight Home Care|health|130|K
Ostrander Vale|legal|26|M; Calder Brook Law|legal|9|E; Teller Whitlock Estate Counsel|legal|7|M
Denholm Justice Legal|legal|48|M; Riverside Title and Escrow|legal|17|A
Marchetti Sloan Accountants|accounting|12|M; Penrose Ledger|accounting|34|M; Tidewater Bookkeeping|accounting|4|K
Harrow and Finch Tax|accounting|6|E
Brandt Lumber and Supply|construction|46|D; Greaves Building Company|construction|85|M
Carranza Land and Garden|construction|38|A; Halloran Roofing|construction|27|E; Stonebridge Masonry|construction|12|D
Whitecap Marine Builders|construction|58|K; Ambler Heating and Plumbing|construction|31|M
Tilden Electric|construction|19|A; Abe Ferreira Architects|architecture|9|M; Norwood Survey Group|architecture|23|E
Plumb Line Design|architecture|6|K; Kestrel Interiors|architecture|4|A
Wierzba Controls|manufacturing|85|A; Northfield Paper|manufacturing|3000|M; Silverbrook Instruments|manufacturing|420|E
Eastmere Castings|manufacturing|260|E; Loomworks Textiles|manufacturing|145|A; Pinnacle Pump Works|manufacturing|610|M
Harbor Ice and Cold Storage|manufacturing|72|K; Dunning Box Company|manufacturing|95|D
Copperleaf Software|technology|68|M; Signal Pond Systems|technology|140|M; Oxbow Data|technology|22|E
Lantern Robotics|technology|37|A; Three Rivers Networks|technology|15|M
Papadakis Restaurants|hospitality|74|M; Kettle Harbor Inn|hospitality|41|K; The Ferryman Hotel|hospitality|120|M
Quarry Road Brewing|hospitality|26|D; Blue Heron Catering|hospitality|18|E; Saltbox Bakery|hospitality|9|K
Falls Savings Cooperative|finance|190|M; Eastmere Mortgage House|finance|28|E; Ridley Hanratty Insurance|finance|13|M
Harborside Business Brokers|finance|5|K; Meridian Pond Capital|finance|11|M
Sayer Real Estate|property|32|M; Gull Point Properties|property|14|K; Larkin Appraisals|property|3|E
Ashgrove Property Care|property|21|A
Valley Freight Lines|logistics|310|M; Mariner Moving|logistics|25|E; Tern Air Charter|logistics|12|K
Barlow Hardware|retail|17|A; The Painted Door|retail|5|K; Fallon Furniture|retail|33|M; Ironbridge Motors|retail|88|E
Corner Page Books|retail|6|M; Valley Outfitters|retail|29|D
Denholm County Offices|public|780|M; City of Marlow Falls|public|640|M; Eastmere Town Hall|public|95|E
Alder Valley Water District|public|120|A; Kettle Harbor Town Office|public|32|K
The Valley Courier|media|44|M; Tamarack Radio|media|12|E; Pondside Studio|media|4|A; Juniper Print Works|media|16|M
Millstone Farms|farming|54|D; Applegarth Orchards|farming|23|D; Sheepgate Dairy|farming|40|A
Alder Consulting Partners|consulting|14|M; Bellamy People Advisers|consulting|6|E; Fairbank Engineering|consulting|52|M
"""

_SCHOOLS = """
Marlow Falls High School|1250|M; Eastmere High School|820|E; Kettle Harbor Regional School|510|K
Ashgrove Academy|640|A; Dunning Union School|310|D; Marlow Falls Middle School|760|M; Eastmere Primary|380|E
Alder State College|3000|M; Calloway University|3000|P; Winslow College|1650|B; Brightwater Institute|2400|B
Valley Technical College|1100|E; Calloway Law School|480|P; Brightwater School of Dentistry|330|B
"""

# Which school takes whom.
HIGH_SCHOOLS = (
    "Marlow Falls High School",
    "Eastmere High School",
    "Kettle Harbor Regional School",
    "Ashgrove Academy",
    "Dunning Union School",
)
COLLEGES = (
    "Alder State College",
    "Calloway University",
    "Winslow College",
    "Brightwater Institute",
    "Valley Technical College",
)
GRADUATE_SCHOOLS = {"legal": "Calloway Law School", "dental": "Brightwater School of Dentistry"}

# name | headcount | town | the one sector it is for, or nothing
_ASSOCIATIONS = """
Alder Valley Chamber of Commerce|410|M; Eastmere Merchants Circle|64|E; Denholm County Bar Association|230|M|legal
Valley Dental Society|58|M|dental; Alder Valley Builders Guild|115|A|construction; Harbor Business Breakfast|28|K
Valley Manufacturers Council|72|M|manufacturing; Alder Tech Meetup|190|M|technology
Marlow Falls School Parents|340|M; Eastmere School Parents|210|E; Alder State Alumni Committee|36|M
Regional Accountants Forum|66|M|accounting; Valley Innkeepers League|45|K|hospitality
Young Orchard Growers|24|D|farming; Society of Valley Architects|40|M|architecture
Valley Physicians Network|160|M|health
"""

_CLUBS = """
Stone Weir Golf Club|320|M; Kettle Harbor Yacht Club|180|K; Eastmere Tennis Club|140|E; Alder Valley Rowing Club|75|M
Falls Running Group|60|M; Dunning Rod and Reel|48|D; Thursday Chess Room|22|M; Valley Choral Society|54|E
The Kiln Pottery Circle|18|A; Ashgrove Cycling Club|90|A; Harbor Lights Service Club|44|K; Falls Service Club|62|M
Winter Curling Club|70|M; Red Door Book Club|11|E; Marlow Garden Club|85|M; Tern Island Birders|33|K
"""

_BOARDS = """
Alder Valley Medical Center Board|15|M; Medical Center Foundation|18|M; Alder Valley Community Foundation|13|M
Marlow Falls Public Library Trustees|9|M; Eastmere School Foundation|11|E; Falls Savings Cooperative Board|9|M
Kettle Harbor Land Trust|12|K; Millrace Arts Center Board|14|A; Alder State College Trustees|17|M
Valley Food Pantry Board|10|M; Chamber of Commerce Board|12|M; Harbor Maritime Museum Board|11|K
"""

_EVENTS = """
Medical Center Gala|240|M; Valley Business Awards|180|M; Harbor Regatta Supper|120|K; Builders Guild Home Show|400|A
Community Foundation Dinner|150|M; Alder Tech Demo Night|130|M; Library Quiz Evening|80|M
Stone Weir Charity Scramble|96|M
"""

_STREETS = """
Weir Street|64|M; Foundry Lane|38|M; Orchard Hill Road|52|M; Canal Row|29|M; Upper Mill Street|88|M; Quarry View|41|M
Larch Avenue|110|M; Bishop's Landing|24|M; Tanner's Yard|17|M; Hemlock Drive|73|M; Meeting House Road|95|E
Linden Terrace|34|E; Station Street|120|E; Cooper's Close|15|E; Ridge Road|58|E; Sawmill Road|44|E
Harbor Front|36|K; Gull Lane|22|K; Ropewalk|31|K; Lighthouse Road|27|K; Mast Street|48|K
Academy Street|66|A; Dairy Lane|25|A; Birchwood Circle|39|A; Upper Common|53|A
Stage Road|47|D; Covered Bridge Road|19|D; Granary Street|33|D
"""


@dataclass(frozen=True)
class Place:
    """One organization of the region; the position in the list is its number. published: is the roster public?"""

    name: str
    kind: OrganizationKind
    size: int
    town: int
    sector: str | None
    keeps_roster: bool
    published: bool


def _cells(table: str) -> list[list[str]]:
    rows = table.strip().replace("\n", ";").split(";")
    return [row.strip().split("|") for row in rows if row.strip()]


def _firms() -> list[Place]:
    return [
        Place(name, "firm", int(size), _TOWN_LETTERS.index(town), sector, False, False)
        for name, sector, size, town in _cells(_FIRMS)
    ]


def _others(kind: OrganizationKind, table: str, published: bool, skip: int) -> list[Place]:
    """Places of one kind; every `skip`-th of them keeps no roster that anybody could hand over."""
    return [
        Place(
            cell[0],
            kind,
            int(cell[1]),
            _TOWN_LETTERS.index(cell[2]),
            cell[3] if len(cell) > 3 else ("education" if kind == "school" else None),
            skip > 0 and number % skip != skip - 1,
            published,
        )
        for number, cell in enumerate(_cells(table))
    ]


def _towns() -> list[Place]:
    return [Place(name, "town", size, number, None, False, False) for number, (name, size) in enumerate(TOWNS)]


def places() -> list[Place]:
    """Every organization of the region but the households, which come with the people."""
    return [
        *_towns(),
        *_firms(),
        *_others("school", _SCHOOLS, False, 0),
        *_others("association", _ASSOCIATIONS, True, 4),
        *_others("club", _CLUBS, False, 2),
        *_others("board", _BOARDS, True, 6),
        *_others("event", _EVENTS, True, 2),
        *_others("street", _STREETS, False, 0),
    ]


# How a membership is called where the organization has no word of its own.
ROLES: dict[AffiliationKind, tuple[str, ...]] = {
    "association": ("Member", "Member", "Member", "Committee member", "Past president"),
    "club": ("Member", "Member", "Member", "Team captain", "Treasurer"),
    "board": ("Member", "Member", "Trustee", "Chair", "Treasurer", "Secretary"),
    "event": ("Guest", "Guest", "Guest", "Table host", "Sponsor"),
    "vendor": ("Customer", "Customer", "Customer", "Supplier"),
}

# Titles by sector, from the first job to the top; several words at a level are drawn from.
TITLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "dental": (("Dental assistant",), ("Hygienist", "Office manager"), ("Associate dentist",), ("Owner", "Partner")),
    "health": (
        ("Technician", "Medical assistant"),
        ("Nurse", "Therapist", "Coordinator"),
        ("Physician", "Director of operations"),
        ("Partner", "Medical director", "Owner"),
    ),
    "legal": (("Paralegal",), ("Associate",), ("Senior counsel",), ("Partner", "Managing partner")),
    "accounting": (("Bookkeeper",), ("Staff accountant",), ("Tax manager",), ("Partner", "Owner")),
    "construction": (
        ("Carpenter", "Apprentice"),
        ("Foreman", "Estimator"),
        ("Project manager",),
        ("Owner", "President"),
    ),
    "architecture": (("Drafter",), ("Designer",), ("Senior architect",), ("Principal", "Partner")),
    "manufacturing": (
        ("Operator", "Clerk"),
        ("Engineer", "Buyer", "Shift lead"),
        ("Plant manager", "Controller"),
        ("President", "Chief executive", "Founder"),
    ),
    "technology": (
        ("Support analyst",),
        ("Software engineer", "Product manager"),
        ("Engineering director",),
        ("Founder", "Chief executive"),
    ),
    "hospitality": (("Server", "Cook"), ("Chef", "Events manager"), ("General manager",), ("Owner",)),
    "finance": (
        ("Teller", "Analyst"),
        ("Loan officer", "Broker"),
        ("Branch manager", "Vice president"),
        ("Partner", "Owner"),
    ),
    "property": (("Leasing agent",), ("Agent", "Appraiser"), ("Senior broker",), ("Owner", "Managing broker")),
    "logistics": (("Driver", "Dispatcher"), ("Planner",), ("Terminal manager",), ("President", "Owner")),
    "retail": (("Sales associate",), ("Buyer", "Department lead"), ("Store manager",), ("Owner",)),
    "public": (("Clerk",), ("Inspector", "Analyst"), ("Department head",), ("Director", "Town manager")),
    "media": (("Reporter", "Press operator"), ("Editor", "Producer"), ("Managing editor",), ("Publisher", "Owner")),
    "farming": (("Field hand",), ("Herd manager",), ("Farm manager",), ("Owner",)),
    "consulting": (("Analyst",), ("Consultant",), ("Senior consultant",), ("Partner", "Founder")),
    "education": (("Teaching aide",), ("Teacher", "Counselor"), ("Department chair",), ("Principal", "Dean")),
}
