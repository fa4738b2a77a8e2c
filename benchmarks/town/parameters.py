"""What the town is made of, each number with its reason: plausibility, never what some method scores.

Sources are named where there are any; "judged" marks a number from common sense alone.
"""

from __future__ import annotations

from typing import Final

TODAY: Final = 2026.0
MEAN_ACQUAINTANCES: Final = 150.0  # of people who are in the town's book; Dunbar's number, as asked for

# --- people ---
AGE_MEAN, AGE_SD, AGE_LOW, AGE_HIGH = 52.0, 15.0, 22.0, 88.0  # adults a practice holds; judged
NATIVE: Final = 0.37  # never left their home town: Pew Research 2008, "Who moves? Who stays put?"
ARRIVAL_AGE: Final = (2.2, 13.0)  # gamma shape and scale of an incomer's age, mean 29; judged
ADULTS: Final = (0.36, 0.50, 0.11, 0.03)  # adults a household: about 28 % live alone (US Census 2023), more in a book
SHARED_SURNAME: Final = 0.78  # couples of one surname: Pew Research 2023, 79 % of married women took the name
CLAN_STOP: Final = 0.55  # chance that no further household of the family lives in town; judged
CLAN_SURNAME: Final = 0.6  # households of a family under the family's name: daughters' married names; judged
SURNAMES, SURNAME_SHIFT, SURNAME_POWER = 20_000, 3.0, 0.75  # US Census 2010: rank 1 .83 %, 10 .36 %, 100 .07 %
GIVEN_NAMES, GIVEN_SHIFT, GIVEN_POWER = 240, 5.0, 0.9  # the commonest about 3 %; judged from US birth records
SOCIABLE_SD: Final = 0.5  # sd of ln(sociability); McCormick, Salganik & Zheng 2010: ln(degree) has about .6 to .7

# --- places ---
VILLAGES_SHARE, VILLAGE_SIZE = 0.45, 280  # the rest live in the main town; judged
STREET_SIZE, STREET_SPREAD = 36, 2.0  # people in the book a street, gamma shape; judged
HOME_YEARS: Final = 13.0  # years in one home: median about 12 to 13, American Community Survey
SCHOOL_SIZE, SCHOOL_FROM, SCHOOL_TO = 1_500, 11, 18  # grown people in the book for each school; judged
CLASS_SIZE: Final = 24  # a year of more is split into parallel classes
STUDIED, UNIVERSITIES, STUDY_YEARS = 0.4, 40, 4  # about 38 % of adults have a degree (US Census 2022)
PARENTS, CHILD_AT = 0.65, (30.0, 5.0)  # with children who went to school here; age at birth

# --- the groups that count in a life: three to six, as asked for ---
GROUPS_LOW, GROUPS_HIGH = 3, 6
# The present home and job always; the rest by these weights (jobs and homes: a year); judged.
WEIGHTS: Final = {
    "jobs": 1.0, "nationals": 0.5, "homes": 0.25, "schools": 30.0, "studies": 6.0, "parents": 6.0, "customers": 1.5,
    "events": 1.5, "clubs": 5.0, "circles": 12.0, "boards": 15.0,
}  # fmt: skip

# --- work ---
# Firm sizes follow a power law (Axtell 2001, Science 293), cut off at both ends; this power puts about a quarter of all
# jobs into firms of fewer than 20 (US Census, Statistics of US Businesses 2021: 17 %).
FIRM_POWER, FIRM_LOW, FIRM_HIGH = 0.7, 2.0, 600.0
FIRM_SHARE: Final = 8  # no employer is larger than an eighth of the town; judged
EMPLOYED: Final = 0.6  # jobs in town for each person in the book; US employment-population ratio is .60
JOB_YEARS: Final = (4.1, 0.9)  # median tenure 4.1 years (BLS 2022), spread of its logarithm judged
WORKS_HERE: Final = 0.8  # the others commute or work for a national firm; judged
NATIONALS: Final = 30  # national employers, the same for every town: one name, many sites
INDUSTRIES, SAME_INDUSTRY, OWN_INDUSTRY = 12, 0.75, 6.0  # stays in the trade; how much a firm of the trade is preferred
RETIRED: Final = 65
TEAM: Final = 9  # people who work side by side; larger firms are many teams; judged

# --- leisure ---
MEMBERSHIPS: Final = 4.0  # over a life, about 1.6 at present, the US General Social Survey's mean
CLUB_SIZE, CLUB_SPREAD, CLUB_LOW = 40.0, 0.9, 6.0  # log-normal
CLUB_YEARS: Final = 12.0  # of those that count in a life; judged
ASSOCIATIONS: Final = 0.35  # share of them that are associations (trade, alumni, civic); judged
GYMS: Final = 0.08  # share of clubs that are mass memberships, six times as large, where few ever talk; judged
GYM_SIZE, GYM_TALK = 6, 0.2
ATTENDS: Final = (
    (0.3, 0.7),
    (0.35, 0.25),
    (0.35, 0.03),
)  # share of members, share of evenings: regular, now and then, rare
IN_CIRCLE, CIRCLE_SIZE = 0.5, 110  # circles no practice may write down (congregations, a pub's regulars)
ON_BOARD, BOARD_SIZE, BOARD_YEARS = 0.06, 8, 6.0
CUSTOMER_OF, SERVICE_FIRM = 2.0, 15  # small firms one is a customer of
AT_EVENT, EVENT_SIZE = 0.2, 35  # evenings the practice gave: everybody in a room once

# --- how people in one group get to know each other: chance a year together, for two people of mean sociability ---
TEAM_A_YEAR: Final = 4.0  # side by side: everybody within a year
# Other teams: falls with headcount (Hsieh et al., WWW 2013: overlap and size). In a firm of 20 one knows everybody
# within a year (3.1), of 100 half after one (.8), of 400 half after three (.25); judged.
FIRM_A_YEAR, FIRM_FALL = 40.0, 0.85
NATIONAL_A_YEAR: Final = 0.003  # same name over the door, mostly another site
# Falls from door to door (Festinger, Schachter & Back 1950); most people know only some neighbours (Pew Research 2018).
DOOR_A_YEAR, DOORS, STREET_A_YEAR = 1.0, 3.0, 0.06
VILLAGE_A_YEAR: Final = 0.02  # after twenty years a third of the village; judged
SCHOOL_CLASS, SCHOOL_YEAR, SCHOOL_APART = 3.0, 2.0, (0.6, 0.2, 0.1)  # whole school time; one, two, three years apart
STUDY_A_YEAR: Final = 0.03
CLUB_A_YEAR, CLUB_ROOM = 4.0, 30.0  # both there in a room of up to 30; in a larger one talk is spread thinner
BOARD_A_YEAR: Final = 2.0
PARENT_A_YEAR, PARENT_YEARS = 0.1, 10.0
CUSTOMER_A_YEAR: Final = 0.1
EVENT_ONCE: Final = 0.05
AGE_APART: Final = 30.0  # likes meet likes (McPherson, Smith-Lovin & Cook 2001): e-fold of the chance in years of age
KIN_KNOWS: Final = 0.92  # relatives in other households; the rest are distant or no longer speak; judged

# --- what is lost: e-fold in years since they last shared the group ---
# Schoolmates are recognised for decades (Bahrick, Bahrick & Wittlinger 1975); colleagues fade (Burt 2000); judged.
FADES: Final = {"work": 18.0, "street": 15.0, "school": 60.0, "club": 12.0, "study": 15.0, "parents": 20.0}

# --- what arises otherwise ---
CLOSURE: Final = (
    0.18  # share of all ties made by a common acquaintance (Kossinets & Watts 2006: the main force beside foci)
)
CHANCE: Final = 0.04  # share of all ties of no cause anybody could name

# --- what the practice holds ---
HAS_PROFILE: Final = 0.45  # career and studies to be read on a public profile
# Chance that a membership is in the records, with a profile and without; circles never are.
HELD: Final = {
    "home": (0.95, 0.95), "home before": (0.3, 0.3), "job": (0.95, 0.85), "job before": (0.9, 0.5),
    "school": (0.8, 0.6), "study": (0.95, 0.6), "club": (0.75, 0.75), "association": (0.8, 0.8), "board": (0.9, 0.9),
    "parents": (0.4, 0.4), "vendor": (0.5, 0.5), "event": (0.95, 0.95),
}  # fmt: skip
HOUSEHOLD_HELD: Final = 0.6  # households the practice knows to be one
AGE_HELD: Final = 0.5
UNDATED: Final = 1 / 3
HEADCOUNT_HELD: Final = 0.5
WRONG: Final = 0.10  # of the facts; of these:
WRONG_WAYS: Final = {"group": 0.35, "dates": 0.30, "namesake": 0.20, "no dates": 0.15}
# --- contacts seen: pairs a person, and the share that do not know each other (lists, copies, cold invitations) ---
SEEN: Final = {"mail": (0.6, 0.3), "meeting": (0.25, 0.2), "linkedin": (0.5, 0.2)}

# --- answers ---
ANSWER_WRONG, ANSWER_UNSURE, WELL = 0.03, 0.05, 0.35
