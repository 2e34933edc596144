"""Towns with the beginning of their postal codes and telephone numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Town:
    """``postal`` is the beginning of the code, filled up with digits to five."""

    city: str
    region: str
    postal: str
    telephone: str
    country: str = "ES"
    currency: str = "EUR"
    shop: str = ""


_TABLE = """
18|Madrid|Comunidad de Madrid|280|91|Madrid Malasaña
3|Getafe|Comunidad de Madrid|2890|91|Madrid Malasaña
3|Alcalá de Henares|Comunidad de Madrid|2880|91|
12|Barcelona|Cataluña|080|93|Barcelona Gràcia
3|Sabadell|Cataluña|0820|93|
3|Girona|Cataluña|1700|972|
7|Valencia|Comunidad Valenciana|460|96|Valencia Ruzafa
3|Alicante|Comunidad Valenciana|0300|96|
7|Sevilla|Andalucía|410|95|Sevilla Triana
4|Málaga|Andalucía|290|95|
3|Granada|Andalucía|1800|958|
3|Zaragoza|Aragón|500|976|
4|Bilbao|País Vasco|480|94|
2|Vitoria-Gasteiz|País Vasco|0100|945|
2|San Sebastián|País Vasco|2000|943|
3|A Coruña|Galicia|1500|981|
2|Vigo|Galicia|3620|986|
3|Oviedo|Asturias|3300|985|
2|Santander|Cantabria|3900|942|
2|Pamplona|Navarra|3100|948|
2|Logroño|La Rioja|2600|941|
3|Valladolid|Castilla y León|4700|983|
2|Salamanca|Castilla y León|3700|923|
2|Toledo|Castilla-La Mancha|4500|925|
3|Murcia|Región de Murcia|3000|968|
3|Palma|Illes Balears|0700|971|
2|Las Palmas de Gran Canaria|Canarias|3500|928|
1|Cáceres|Extremadura|1000|927|
"""


def _towns() -> tuple[tuple[Town, float], ...]:
    rows = [line.split("|") for line in _TABLE.split("\n")[1:-1]]
    return tuple(
        (Town(city, region, postal, telephone, shop=shop), float(weight))
        for weight, city, region, postal, telephone, shop in rows
    )


TOWNS = _towns()
ABROAD = (
    (Town("Ciudad de México", "Ciudad de México", "060", "55", "MX", "MXN"), 3.0),
    (Town("Guadalajara", "Jalisco", "441", "33", "MX", "MXN"), 2.0),
    (Town("Miami", "Florida", "331", "305", "US", "USD"), 3.0),
    (Town("Austin", "Texas", "787", "512", "US", "USD"), 2.0),
)
SHOPS = ("Madrid Malasaña", "Barcelona Gràcia", "Valencia Ruzafa", "Sevilla Triana")
