"""Names that the people of the demo may have; ASCII, so that a handle can be made of each."""

FIRST = (
    *("Ada", "Alma", "Amir", "Anton", "Asha", "Bela", "Bruno", "Cara", "Carlos", "Chiara"),
    *("Clara", "Dario", "David", "Dilara", "Edda", "Elif", "Emil", "Enzo", "Esther", "Fatma"),
    *("Felix", "Finn", "Flora", "Frida", "Gabor", "Greta", "Hana", "Hugo", "Ida", "Igor"),
    *("Ines", "Ivo", "Jana", "Joana", "Jonas", "Kaya", "Kiran", "Lara", "Leo", "Lina"),
    *("Luka", "Maja", "Malik", "Marta", "Mila", "Milan", "Mira", "Nadia", "Nico", "Nora"),
    *("Olga", "Omar", "Oskar", "Pavel", "Petra", "Pia", "Rafael", "Rania", "Rita", "Rosa"),
    *("Samir", "Sara", "Selma", "Sofia", "Stefan", "Tara", "Tiago", "Timo", "Uma", "Vera"),
    *("Viktor", "Wanda", "Xenia", "Yara", "Yusuf", "Zara", "Zeno", "Zora"),
)
LAST = (
    *("Adler", "Almeida", "Bauer", "Berger", "Brandt", "Castro", "Costa", "Cruz", "Demir"),
    *("Dietl", "Duarte", "Egger", "Esteves", "Faria", "Fischer", "Gruber", "Haas", "Horvat"),
    *("Huber", "Ivanov", "Jardim", "Jung", "Kaya", "Keller", "Kovac", "Lang", "Lopes", "Maier"),
    *("Melo", "Moser", "Nagy", "Neves", "Novak", "Ortiz", "Peeters", "Petrov", "Pinto", "Popa"),
    *("Ramos", "Richter", "Rossi", "Saleh", "Santos", "Silva", "Simon", "Sousa", "Steiner"),
    *("Tavares", "Thaler", "Torres", "Urban", "Vaz", "Vogl", "Weiss", "Winter", "Yilmaz"),
    *("Zeman", "Zobel"),
)
