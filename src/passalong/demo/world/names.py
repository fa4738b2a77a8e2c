"""Name lists of the invented region: cultures of names as a town of newcomers and old families has them.

Each pool is (weight, given names, family names). A person draws a pool, sometimes the given name from another one.
Nothing but the name comes out of a pool: the world knows no origin of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """Given and family names that often go together, and how common they are in the region."""

    weight: float
    given: tuple[str, ...]
    family: tuple[str, ...]


def _pool(weight: float, given: str, family: str) -> Pool:
    return Pool(weight, tuple(given.split()), tuple(family.split()))


POOLS: tuple[Pool, ...] = (
    _pool(
        0.36,
        "Alice Amy Andrew Barbara Beth Brian Carol Catherine Charles Christine Claire Craig Daniel Deborah Diane "
        "Donald Douglas Edward Eleanor Frances George Gordon Grace Harriet Helen Howard Jane Janet Joanna Judith "
        "Keith Laura Leonard Linda Louise Martin Megan Michael Nancy Neil Patricia Paul Philip Rachel Richard Robert "
        "Ruth Sarah Stephen Susan Thomas Vernon Virginia Walter Wendy William",
        "Aldous Ambler Ashdown Barlow Beckwith Bellamy Birch Blackwood Brewster Burnham Calder Carver Chadwick "
        "Clayborne Cobb Crane Cresswell Dalton Denholm Ellery Fairbank Farrow Garland Greaves Hadley Hale Hartwell "
        "Holloway Kimball Langdon Larkin Lowell Marsh Merrick Norwood Oakes Pemberton Penrose Prescott Ridley Sayer "
        "Sheldon Stroud Tilden Thorne Tolliver Wainwright Whitlock Winslow Yardley",
    ),
    _pool(
        0.1,
        "Aidan Brendan Bridget Ciara Colm Deirdre Eamon Fergus Fiona Kevin Maeve Moira Niall Nora Rory Sheila Una",
        "Brannigan Cafferty Corrigan Devaney Donnellan Fallon Geraghty Hanratty Kinsella Lanigan MacAuley McCardle "
        "Mulcahy Quill Rafferty Tierney",
    ),
    _pool(
        0.1,
        "Alejandro Ana Carlos Carmen Diego Elena Esteban Graciela Ignacio Isabel Javier Lucía Luis Marisol Pilar "
        "Ramón Rosa Teresa",
        "Arroyo Benavides Carranza Cisneros Escalante Figueroa Galindo Ibáñez Lozano Montoya Olvera Palacios Quintana "
        "Robledo Saavedra Urrutia Zamora",
    ),
    _pool(
        0.08,
        "Antonio Bianca Carla Dario Elisa Franca Giorgio Lorenzo Marco Nina Paolo Renata Rocco Silvia Vito",
        "Barbieri Calloni Delsanto Fabbri Gallucci Lombardo Marchetti Nardelli Pellicano Ricciardi Santangelo Tedesco "
        "Vitale Zanetti",
    ),
    _pool(
        0.08,
        "Anneliese Astrid Björn Dieter Erik Freya Greta Hans Heidi Ingrid Karl Lars Lotte Matthias Sigrid Ulrich",
        "Albrecht Bergstrom Brandt Dahlgren Eklund Fischbach Hagemann Holmqvist Kessler Lindqvist Nystrom Oberholt "
        "Reinholt Sørensen Steinbach Voss",
    ),
    _pool(
        0.07,
        "Agnieszka Boris Danuta Halina Irena Jan Jolanta Katya Ludmila Marek Milos Pavel Stanislav Tomasz Vera Zofia",
        "Adamczyk Bielak Cermak Dvorsky Gorski Horvat Jankowski Kowalczyk Malek Novotny Pavlik Sobol Wierzba Zelenko",
    ),
    _pool(
        0.06,
        "Akira Eun-Ji Haruka Hye-Jin Jae-Won Jun Kenji Mei Min-Ho Naoko Ren Soo-Min Tao Wei Xiu Yuki",
        "Abe Baek Chao Choi Fujita Hayashi Jung Kang Lau Matsuda Noh Okada Shen Tsai Yoon Zheng",
    ),
    _pool(
        0.05,
        "Aditya Anjali Deepa Farid Gita Harish Kavita Lakshmi Manish Nandini Pradeep Priya Ravi Samira Sunil Vikram",
        "Ahluwalia Banerji Chaudhry Deshpande Ganguly Iyengar Joshi Kulkarni Menon Nair Pillai Raman Sethi Venkatesan",
    ),
    _pool(
        0.05,
        "Abena Adaeze Chidi Efua Femi Ifeoma Kofi Kwame Ngozi Nneka Obinna Sade Tunde Yaw Zola",
        "Abara Achebe Adeyemi Boateng Danso Ekwueme Iroha Mensah Nwosu Okafor Okonjo Osei Quartey Sowande",
    ),
    _pool(
        0.04,
        "Amal Basil Dalia Farah Hana Karim Layla Mona Nabil Omar Rania Samir Tarek Yasmin Ziad",
        "Aboud Darwish Fakhoury Haddad Khalidi Mansour Nassar Rahal Saliba Shammas Tannous Zayat",
    ),
    _pool(
        0.05,
        "Alexios Calliope Demetra Eleni Gus Irini Nikos Petros Sofia Stavros Thalia Yanni",
        "Andreadis Galanis Kostas Leventis Makris Papadakis Rallis Stavrou Tsakiris Vlahos Xenakis",
    ),
    _pool(
        0.04,
        "Beatriz Celia Duarte Filipa Hélder João Manuel Nuno Paula Rui Tiago Vasco",
        "Amaral Bettencourt Cordeiro Ferreira Furtado Medeiros Pacheco Rezende Silveira Teixeira",
    ),
    _pool(
        0.04,
        "Aimée Bernard Colette Denise Étienne Gerard Lucien Madeleine Noel Odette Rene Simone",
        "Beaulieu Charbonneau Desrosiers Fournier Gagnier Lachance Marchand Pelletier Thibault Vaillant",
    ),
)

# Public mail providers of the region; firms have addresses of their own.
MAIL_HOSTS: tuple[str, ...] = ("postlane.example", "valleymail.example", "letterbox.example", "inbox.example")

# Real area codes, but only their 555-0100 to 555-0199, which are kept for fiction.
AREA_CODES: tuple[str, ...] = ("207", "413", "518", "603", "802")
