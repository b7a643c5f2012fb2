"""Words for people who never were."""

FIRST = tuple(
    """
    Ada Adil Aiko Alba Alma Amadi Amara Amir Anouk Anya Arlo Asha Astrid Aya Bao Bela Benno Bianca
    Bruno Calla Camilo Celia Chidi Chloe Cora Dalia Dario Dela Devi Dina Edda Efe Elif Elio Emre
    Enzo Esme Ewa Fadi Farah Fenna Fiona Freya Gaia Gita Goran Greta Hana Hassan Heidi Hugo Ida
    Idris Imani Ines Ingrid Isak Ivo Jalil Jana Jasper Jelena Jin Joao Jonas Juno Kaia Kamal Kenji
    Kira Kofi Lars Laila Leif Lena Levi Lina Lior Lucia Luka Mads Maeve Malik Mara Marek Mateo Mei
    Mila Milo Mina Mira Nadia Nadim Naomi Nico Nils Nina Noor Nuno Odin Olga Omar Oona Oskar Otto
    Pablo Paloma Pavel Petra Pia Priya Quinn Rafa Rani Remy Rhea Rosa Ruben Rumi Ruth Sadie Sami
    Sana Sasha Selma Silas Simone Sofia Sora Stella Suri Tala Tamar Tariq Tessa Theo Tilda Timo
    Tomas Uma Una Valentin Vera Viggo Wanda Wei Willa Xenia Yara Yuki Yusuf Zadie Zara Zeno Zoe
    """.split()  # noqa: SIM905
)

LAST = tuple(
    """
    Abara Adair Adeyemi Aguilar Alder Almeida Amsel Arden Asante Ashby Bakker Barros Bauer Becker
    Bergman Bianchi Birch Blom Boateng Bosko Brandt Brook Calder Campos Castell Chandra Chen Cohen
    Costa Crane Dahl Danso Delgado Demir Diallo Dorn Drake Duarte Egger Ekman Eriksen Farkas Faulk
    Ferrer Finch Fischer Flores Forde Gallo Garner Ghosh Granger Greco Haddad Halvor Hansen Harker
    Hayashi Heller Holt Horvat Huang Ibarra Imai Ivanov Jansen Jensen Joshi Kaplan Kaur Keller
    Khalil Kimura Klein Kovac Kruger Kumar Lang Larsen Leclerc Lehto Linden Lopes Lund Maier Malone
    Mancini Marsh Mendes Meyer Mishra Molnar Moreau Mori Mwangi Nakata Navarro Nemeth Nilsen Nkosi
    Novak Nunez Obi Odell Okafor Olsen Onyango Ortega Osei Paz Pereira Petrov Pham Pinto Popov
    Quist Rahman Ramos Reyes Ricci Rossi Roth Rowan Saito Salas Sandoval Sato Schmid Sharma Silva
    Sloane Soto Stern Strand Suzuki Tanaka Tavares Thorn Torres Tran Uddin Ulrich Vance Vargas
    Vidal Vogel Wagner Walsh Weiss Winter Wolf Yamada Yilmaz York Zeller Zhou Ziegler Zuber
    """.split()  # noqa: SIM905
)

COUNTRIES = ("US", "DE", "BR", "IN", "JP", "NG", "FR", "MX", "PL", "KE", "ES", "SE", "TR", "VN")

TOPICS = (
    "astronomy",
    "baking",
    "chess",
    "cinema",
    "climbing",
    "coffee",
    "cycling",
    "football",
    "gardening",
    "hiking",
    "jazz",
    "knitting",
    "linguistics",
    "origami",
    "painting",
    "photography",
    "poetry",
    "robotics",
    "sailing",
    "trains",
)

WORK = (
    "Nurse",
    "Carpenter",
    "Teacher",
    "Bus driver",
    "Botanist",
    "Translator",
    "Baker",
    "Electrician",
    "Librarian",
    "Sound engineer",
    "Surveyor",
    "Student",
    "Gardener",
    "Programmer",
    "Watchmaker",
    "Cook",
)

QUIRKS = (
    "Tea before anything else.",
    "Two cats, no plan.",
    "Usually outdoors.",
    "Reads the last page first.",
    "Never on time for breakfast.",
    "Collects old maps.",
    "Here for the pictures.",
    "Asks too many questions.",
    "Will trade recipes.",
    "Learning to listen.",
)
