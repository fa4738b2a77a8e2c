"""The people with a story: clients, partners and the practice itself. Everybody else is drawn by chance.

A membership row reads: kind | organization | role | began so many years ago | ended so many years ago, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from .shapes import FitAnswer, Member, Practice, Profile, Standing, Trait


@dataclass(frozen=True)
class Part:
    """One person of the cast. couple: the place in the cast of the person they live with.
    sheet: whether a fact sheet was filled in with them."""

    given: str
    family: str
    prefix: str
    age: int
    standing: Standing
    since: int
    town: str
    street: str
    sociable: float
    rows: str
    notes: str
    couple: int | None = None
    public_sector: bool = False
    sheet: bool = True


CAST: tuple[Part, ...] = (
    Part(
        "Helena", "Okonjo", "Dr.", 52, "client", 9, "Kettle Harbor", "Lighthouse Road", 1.5,
        "employer|Bright Harbor Dental|Owner|16|;employer|Falls Family Dental|Owner|6|;"
        "employer|Northgate Endodontics|Associate dentist|23|16;school|Brightwater School of Dentistry|Student|29|25;"
        "association|Valley Dental Society|Past president|21|;club|Kettle Harbor Yacht Club|Member|11|;"
        "board|Medical Center Foundation|Member|4|;vendor|Halloran Roofing|Customer|3|",
        "Two practices, wants to sell one before she is 60. Regatta photograph on the wall, three people she named.",
    ),
    Part(
        "Peggy", "Lindqvist", "", 68, "client", 14, "Eastmere", "Linden Terrace", 1.7,
        "employer|Eastmere High School|Principal|24|5;employer|Marlow Falls Middle School|Teacher|41|24;"
        "school|Alder State College|Student|50|46;club|Valley Choral Society|Treasurer|19|;"
        "club|Red Door Book Club|Member|8|;"
        "board|Eastmere School Foundation|Chair|5|;association|Alder State Alumni Committee|Member|12|",
        "Widowed three years ago; Nils did the money. Half of Eastmere went through her school.",
    ),
    Part(
        "Tomasz", "Wierzba", "", 58, "client", 4, "Ashgrove", "Upper Common", 1.3,
        "employer|Wierzba Controls|Founder|26|1;employer|Silverbrook Instruments|Engineer|34|26;"
        "school|Brightwater Institute|Student|40|36;association|Valley Manufacturers Council|Member|22|;"
        "club|Stone Weir Golf Club|Member|9|;board|Alder State College Trustees|Member|3|;"
        "vendor|Tilden Electric|Supplier|12|1",
        "Sold the firm last year, restless. Mentors two younger founders. Keeps the first control box on his desk.",
    ),
    Part(
        "Anjali", "Raman", "Dr.", 61, "client", 11, "Marlow Falls", "Bishop's Landing", 1.4,
        "employer|Alder Valley Medical Center|Medical director|28|2;"
        "board|Alder Valley Medical Center Board|Treasurer|6|;"
        "board|Medical Center Foundation|Member|9|2;association|Valley Physicians Network|Committee member|25|;"
        "school|Calloway University|Student|43|39;club|Marlow Garden Club|Member|7|;"
        "event|Medical Center Gala|Table host|2|2",
        "Reads every page of a report. Knows who is about to retire at the Medical Center before they do.",
    ),
    Part(
        "Jun", "Abe", "", 47, "client", 6, "Marlow Falls", "Canal Row", 1.1,
        "employer|Abe Ferreira Architects|Principal|13|;employer|Plumb Line Design|Designer|21|13;"
        "school|Brightwater Institute|Student|29|24;association|Society of Valley Architects|Member|17|;"
        "club|Alder Valley Rowing Club|Team captain|10|;vendor|Greaves Building Company|Supplier|8|",
        "Draws while he talks. The rowing eight have breakfast together on Saturdays.",
        sheet=False,
    ),
    Part(
        "Clara", "Ferreira", "", 45, "client", 6, "Marlow Falls", "Canal Row", 1.5,
        "employer|Abe Ferreira Architects|Principal|13|;employer|Norwood Survey Group|Designer|20|13;"
        "school|Winslow College|Student|27|23;board|Millrace Arts Center Board|Secretary|3|;"
        "association|Marlow Falls School Parents|Committee member|5|;"
        "board|Marlow Falls Public Library Trustees|Trustee|2|",
        "The one of the two who decides. Library trustee; chose the new reading room with the mayor's office.",
        couple=4,
    ),
    Part(
        "Walter", "Brandt", "", 63, "client", 17, "Dunning", "Stage Road", 1.4,
        "employer|Brandt Lumber and Supply|Owner|38|;school|Dunning Union School|Pupil|49|45;"
        "association|Alder Valley Builders Guild|Past president|30|;club|Dunning Rod and Reel|Treasurer|27|;"
        "board|Falls Savings Cooperative Board|Member|8|;vendor|Valley Freight Lines|Customer|20|;"
        "event|Builders Guild Home Show|Sponsor|1|1",
        "Third generation, no successor yet. Every builder of the valley has an account with him.",
    ),
    Part(
        "Rosalind", "Achebe", "", 49, "client", 5, "Marlow Falls", "Orchard Hill Road", 1.2,
        "employer|Pinnacle Pump Works|General counsel|7|;employer|Ostrander Vale|Senior counsel|19|7;"
        "school|Calloway Law School|Student|25|22;association|Denholm County Bar Association|Committee member|19|;"
        "board|Alder Valley Community Foundation|Member|4|;club|Eastmere Tennis Club|Member|6|",
        "Careful with names: wants to ask first. Plays doubles with two partners of her old firm.",
    ),
    Part(
        "Gus", "Papadakis", "", 56, "client", 12, "Marlow Falls", "Foundry Lane", 1.9,
        "employer|Papadakis Restaurants|Owner|25|;employer|The Ferryman Hotel|Chef|33|25;"
        "school|Marlow Falls High School|Pupil|42|38;association|Valley Innkeepers League|Member|18|;"
        "association|Alder Valley Chamber of Commerce|Member|20|;club|Falls Service Club|Member|15|;"
        "vendor|Blue Heron Catering|Customer|6|;event|Valley Business Awards|Sponsor|1|1",
        "Three restaurants; knows who eats with whom. Will introduce anybody to anybody, too quickly.",
    ),
    Part(
        "Denise", "Fournier", "", 54, "client", 7, "Eastmere", "Ridge Road", 1.0,
        "employer|Denholm County Offices|Director|11|;employer|Eastmere Town Hall|Department head|22|11;"
        "school|Calloway University|Student|36|32;club|Valley Choral Society|Member|9|;"
        "association|Eastmere School Parents|Member|14|6;club|Falls Running Group|Member|8|",
        "County planning: nothing that looks like a favour. Talks about friends from the choir, never from work.",
        public_sector=True, sheet=False,
    ),
    Part(
        "Samir", "Haddad", "", 44, "client", 3, "Eastmere", "Cooper's Close", 1.2,
        "employer|Haddad Corner Pharmacy|Owner|10|;employer|Alder Valley Medical Center|Coordinator|19|10;"
        "school|Calloway University|Student|26|20;association|Eastmere Merchants Circle|Past president|8|;"
        "club|Ashgrove Cycling Club|Member|5|;association|Eastmere School Parents|Committee member|4|",
        "Second shop planned. School run with the same four families every week.",
    ),
    Part(
        "Beth", "Kowalczyk", "", 66, "client", 8, "Marlow Falls", "Hemlock Drive", 1.6,
        "employer|Northfield Paper|Department head|31|3;employer|Pinnacle Pump Works|Clerk|42|31;"
        "school|Marlow Falls High School|Pupil|52|48;board|Valley Food Pantry Board|Chair|6|;"
        "club|Falls Service Club|Member|11|;club|Winter Curling Club|Team captain|13|",
        "Hired half the mill in thirty years of personnel work. Retired, busier than before.",
    ),
    Part(
        "Luis", "Carranza", "", 51, "client", 2, "Ashgrove", "Dairy Lane", 1.3,
        "employer|Carranza Land and Garden|Owner|18|;employer|Ashgrove Property Care|Foreman|26|18;"
        "school|Valley Technical College|Student|33|31;association|Alder Valley Builders Guild|Member|12|;"
        "club|Marlow Garden Club|Member|4|;vendor|Stone Weir Golf Club|Supplier|7|;"
        "association|Harbor Business Breakfast|Member|3|",
        "Our newest client. Sees every large garden of the valley and the people who own it.",
        sheet=False,
    ),
    Part(
        "Ellen", "Marchetti", "", 50, "partner", 10, "Marlow Falls", "Weir Street", 1.4,
        "employer|Marchetti Sloan Accountants|Partner|17|;employer|Penrose Ledger|Tax manager|26|17;"
        "association|Regional Accountants Forum|Past president|18|;board|Chamber of Commerce Board|Treasurer|3|",
        "Accountant of five of our clients.",
        sheet=False,
    ),
    Part(
        "Graham", "Teller", "", 57, "partner", 13, "Marlow Falls", "Quarry View", 1.2,
        "employer|Teller Whitlock Estate Counsel|Managing partner|20|;employer|Ostrander Vale|Associate|30|20;"
        "school|Calloway Law School|Student|34|31;association|Denholm County Bar Association|Member|30|",
        "Estate attorney; answers within the hour.",
        sheet=False,
    ),
    Part(
        "Niall", "Hanratty", "", 46, "partner", 6, "Kettle Harbor", "Ropewalk", 1.3,
        "employer|Ridley Hanratty Insurance|Partner|12|;association|Harbor Business Breakfast|Committee member|9|;"
        "club|Kettle Harbor Yacht Club|Member|8|",
        "Insurance; sends us people once a year, always the right ones.",
        sheet=False,
    ),
    Part(
        "Nandini", "Sethi", "", 43, "partner", 4, "Eastmere", "Sawmill Road", 1.2,
        "employer|Harborside Business Brokers|Partner|9|;association|Alder Valley Chamber of Commerce|Member|7|;"
        "event|Valley Business Awards|Guest|1|1",
        "Sells small firms; calls when an owner has signed and before the money arrives.",
        sheet=False,
    ),
)  # fmt: skip

PRACTICE = Practice(
    name="Rowan & Pike Financial Planning",
    profession="Fee-only financial planner",
    email="office@rowanpike.example",
    town="Marlow Falls",
    members=(
        Member("Miriam Rowan", "miriam@rowanpike.example", "owner"),
        Member("Daniel Pike", "daniel@rowanpike.example", "owner"),
        Member("Joyce Tolliver", "joyce@rowanpike.example", "assistant"),
    ),
)

PROFILE = Profile(
    name="Owners on the way out of their firm",
    biggest_problem="Almost all they own is in the firm, and nobody has told them whether it is enough to stop.",
    fears=(
        "Selling too cheaply to the first buyer who asks",
        "Being nobody on the morning after",
        "That the people who work for them find out too early",
        "Handing the proceeds to somebody who earns by moving them",
    ),
    motives=(
        "An offer on the table, or a partner who wants to leave",
        "A birthday with a zero",
        "Children who have said they will not take over",
        "A friend who sold and regrets how",
    ),
    traits=(
        Trait("role", "Owner", 3),
        Trait("role", "Founder", 3),
        Trait("role", "Partner", 2),
        Trait("sector", "dental", 3),
        Trait("sector", "construction", 2),
        Trait("sector", "manufacturing", 2),
        Trait("sector", "legal", 1),
        Trait("town", "Marlow Falls", 2),
        Trait("town", "Eastmere", 1),
        Trait("town", "Kettle Harbor", 1),
        Trait("size", "5-90", 2),
        Trait("event", "sale of a firm", 3),
        Trait("event", "retirement in sight", 3),
        Trait("event", "partner leaving", 2),
    ),
    mission=(
        "We sit on the same side of the table as people who built something and wonder what comes after it. "
        "We are paid by them alone, we say plainly what we would do in their place, "
        "and nobody leaves our office more worried than they came."
    ),
)

FIT_CHECK: tuple[FitAnswer, ...] = (
    FitAnswer("service", "Would your clients be sorry if you closed?", "yes", "Two left in five years, both moved."),
    FitAnswer("promises", "Do you keep what you promise, on the day?", "partly", "Annual letters were late in spring."),
    FitAnswer(
        "niche", "Can you say in one sentence whom you help best?", "yes",
        "Owners on the way out of their firm.",
    ),
    FitAnswer("rhythm", "Do you meet your clients at least twice a year?", "yes", "Spring and autumn, by invitation."),
    FitAnswer(
        "capacity", "Could you take on six new clients this year?", "yes",
        "Joyce has freed Thursday afternoons.",
    ),
    FitAnswer("follow-up", "Is every enquiry answered within one working day?", "yes", "Joyce looks after it."),
    FitAnswer("content", "Have you something worth passing along?", "partly", "One good talk, not yet written down."),
    FitAnswer(
        "asking", "Have you asked a client for an introduction lately?", "no",
        "We hoped they would think of it.",
    ),
    FitAnswer(
        "thanks", "Is whoever introduces somebody thanked the same day?", "partly",
        "Yes, but never told how it went.",
    ),
    FitAnswer("records", "Do you know who introduced whom?", "partly", "In Miriam's head and one old sheet."),
)  # fmt: skip
