"""Names of people and firms, none of anybody in particular."""


def _words(text: str, between: str = " ") -> list[str]:
    return text.split(between)


WOMEN = _words(
    "Lucía María Carmen Ana Laura Marta Paula Elena Sara Cristina Andrea Irene Raquel Silvia Nuria"
    " Patricia Beatriz Rocío Alba Julia Claudia Inés Natalia Verónica Sofía Valentina Camila"
    " Isabel Teresa Pilar Rosa Mercedes Montserrat Núria Laia Marina Carla Noelia Lorena Gloria"
    " Adriana Daniela Fernanda Ximena Guadalupe Renata Catalina Gabriela Victoria Emma Olivia"
    " Yolanda Esther Consuelo Amparo Begoña Ainhoa Leire Nerea Iria Sabela Candela Lola Vega"
)
MEN = _words(
    "Antonio José Manuel Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael"
    " Pedro Pablo Ángel Sergio Fernando Luis Jorge Alberto Álvaro Adrián Diego Raúl Iván Rubén"
    " Óscar Enrique Ramón Vicente Andrés Joaquín Santiago Víctor Eduardo Roberto Jaime Mario"
    " Ignacio Marcos Hugo Martín Nicolás Mateo Bruno Gonzalo Emilio Tomás Guillermo Arnau Jordi"
    " Oriol Pau Iker Unai Mikel Xoán Anxo Julián Esteban Leonardo Emiliano Rodrigo Sebastián"
)
FAMILY = _words(
    "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz"
    " Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez"
    " Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio"
    " Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto"
    " Méndez Cruz Calvo Gallego Vidal León Herrera Márquez Peña Flores Cabrera Campos Vega Fuentes"
    " Carrasco Diez Reyes Caballero Nieto Aguilar Pascual Santana Herrero Lorenzo Hidalgo Montero"
    " Ibáñez Giménez Ferrer Durán Vicente Benítez Mora Santiago Arias Vargas Carmona Crespo Román"
    " Pastor Soto Sáez Velasco Soler Moya Esteban Parra Bravo Gallardo Rojas Puig Roca Serra Costa"
    " Etxeberria Aguirre Otero Rey Pardo Quintero Zambrano Ocampo Villanueva Echeverría Lago Ríos"
)

PLACES_OF_FIRMS = _words(
    "la Plaza|el Puerto|la Estación|el Mercado|la Alameda|el Jardín|la Esquina|el Faro|la Fuente"
    "|el Olivo|la Rambla|el Mirador|los Arcos|la Ronda|el Molino|las Flores|el Patio|la Ribera"
    "|el Teatro|la Marina|el Parque|la Higuera|el Rincón|la Cantera|el Portal|los Naranjos"
    "|la Glorieta|el Almacén|la Azotea|el Trébol|la Palmera|el Tranvía|la Aurora|el Norte",
    "|",
)
FIRM_WORDS = _words(
    "Alcor Brisa Cierzo Duero Ebro Faro Galerna Horizonte Íbero Jara Kuna Lince Marea Nácar Olmo"
    " Poniente Quima Robledal Sauce Tramontana Umbría Valdenieve Xera Yedra Zafir Altamar Boreal"
    " Cantueso Dehesa Encina Farola Gavia Hontanar Iroco Jalón Lentisco Manantial Nogal Orilla"
)
FIRMS: dict[str, tuple[str, ...]] = {
    "cafe": ("Cafetería {place}", "Café {word}", "Panadería {word}", "Obrador {place}"),
    "restaurant": ("Restaurante {place}", "Hotel {word}", "Taberna {place}", "Bistró {word}"),
    "office": ("{word} Consultores", "Estudio {word}", "{word} Ingeniería", "Coworking {word}"),
    "deli": ("Despensa {word}", "Ultramarinos {family}", "Gourmet {word}", "Casa {family}"),
}
FORMS = ("S. L.", "S. L.", "S. L.", "S. A.", "S. Coop.")
TITLES: dict[str, tuple[str, ...]] = {
    "cafe": ("Propietaria", "Encargado de barra", "Compras"),
    "restaurant": ("Jefe de sala", "Compras", "Dirección", "Sumiller"),
    "office": ("Administración", "Recursos humanos", "Compras", "Recepción"),
    "deli": ("Propietario", "Compras", "Encargada"),
}
STREETS = _words(
    "Calle Mayor|Calle Real|Calle del Sol|Calle Nueva|Avenida de la Constitución|Calle San Juan"
    "|Calle del Carmen|Plaza de España|Calle de la Cruz|Avenida de Andalucía|Calle Cervantes"
    "|Calle Goya|Calle Velázquez|Paseo de la Castellana|Calle Santa Ana|Calle del Río|Ronda Sur"
    "|Calle de la Paz|Avenida del Mediterráneo|Calle Colón|Calle Miguel Hernández|Calle Rosalía"
    "|Calle de los Olmos|Travesía del Pilar|Camino Viejo|Calle del Horno|Calle Zurbano|Calle Luna",
    "|",
)
US_GIVEN = _words("Emily James Sarah Michael Rachel Daniel Laura Kevin Megan Thomas Paige Aaron")
US_FAMILY = _words("Walker Bennett Foster Reed Coleman Hayes Morgan Brooks Ellis Parker Shaw")
