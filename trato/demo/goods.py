"""What Café Montaña sells: today's prices without tax."""

from dataclasses import dataclass
from decimal import Decimal

FOOD_TAX, TAX = Decimal("0.10"), Decimal("0.21")


@dataclass(frozen=True, slots=True)
class Good:
    code: str
    name: str
    category: str
    brand: str
    price: Decimal
    cost: Decimal
    unit: str
    tier: int
    is_active: bool = True

    @property
    def tax(self) -> Decimal:
        return FOOD_TAX if self.category.startswith(FOOD) else TAX


FOOD = ("Café", "Té", "Dulces", "Hostelería > Café", "Hostelería > Mesa")
_CATEGORIES = {
    "BLEND": "Café > En grano > Mezclas",
    "ORIGIN": "Café > En grano > Orígenes",
    "MICRO": "Café > En grano > Microlotes",
    "GROUND": "Café > Molido",
    "CAPSULE": "Café > Cápsulas",
    "COLD": "Café > Frío",
    "TEA": "Té e infusiones",
    "SWEET": "Dulces",
    "SACK": "Hostelería > Café",
    "TABLE": "Hostelería > Mesa",
    "TAKEAWAY": "Hostelería > Para llevar",
    "ESPRESSO": "Cafeteras > Espresso",
    "AUTO": "Cafeteras > Superautomáticas",
    "MOKA": "Cafeteras > Italianas",
    "FILTER": "Cafeteras > Filtro",
    "PRESS": "Cafeteras > Émbolo",
    "GRINDER": "Molinillos",
    "PAPER": "Accesorios > Filtros",
    "CLEAN": "Accesorios > Limpieza",
    "PART": "Accesorios > Repuestos",
    "TOOL": "Accesorios > Barista",
    "CUP": "Tazas y teteras",
    "GIFT": "Regalos",
    "COURSE": "Talleres",
}

# code | name | category | brand | price | cost | unit | quality tier | - if no longer sold
_TABLE = """
GRA-110|Mezcla Casa 250 g|BLEND|Montaña|6.90|2.70|bolsa|2
GRA-111|Mezcla Casa 1 kg|BLEND|Montaña|22.50|9.60|bolsa|2
GRA-120|Mezcla Desayuno 250 g|BLEND|Montaña|5.90|2.30|bolsa|1
GRA-121|Mezcla Desayuno 1 kg|BLEND|Montaña|18.90|8.10|bolsa|1
GRA-130|Mezcla Italiana 250 g|BLEND|Montaña|7.40|2.90|bolsa|3
GRA-131|Mezcla Italiana 1 kg|BLEND|Montaña|24.50|10.20|bolsa|3
GRA-140|Descafeinado al agua 250 g|BLEND|Montaña|7.90|3.30|bolsa|3
GRA-141|Descafeinado al agua 1 kg|BLEND|Montaña|26.50|11.40|bolsa|3
GRA-210|Colombia Huila 250 g|ORIGIN|Montaña|9.80|3.90|bolsa|3
GRA-211|Colombia Huila 1 kg|ORIGIN|Montaña|33.00|14.20|bolsa|3
GRA-220|Guatemala Huehuetenango 250 g|ORIGIN|Montaña|10.40|4.20|bolsa|4
GRA-221|Guatemala Huehuetenango 1 kg|ORIGIN|Montaña|35.50|15.40|bolsa|4
GRA-230|México Chiapas 250 g|ORIGIN|Montaña|9.40|3.80|bolsa|3
GRA-231|México Chiapas 1 kg|ORIGIN|Montaña|31.50|13.80|bolsa|3
GRA-240|Perú Cajamarca 250 g|ORIGIN|Montaña|9.60|3.90|bolsa|3
GRA-250|Honduras Marcala 250 g|ORIGIN|Montaña|9.20|3.60|bolsa|3
GRA-260|Brasil Cerrado 250 g|ORIGIN|Montaña|8.60|3.30|bolsa|3
GRA-261|Brasil Cerrado 1 kg|ORIGIN|Montaña|28.00|12.10|bolsa|3
GRA-270|Etiopía Yirgacheffe 250 g|ORIGIN|Montaña|11.40|4.80|bolsa|4
GRA-271|Etiopía Yirgacheffe 1 kg|ORIGIN|Montaña|39.00|17.50|bolsa|4
GRA-280|Kenia Nyeri 250 g|ORIGIN|Montaña|12.60|5.60|bolsa|4
GRA-290|Costa Rica Tarrazú 250 g|ORIGIN|Montaña|11.20|4.70|bolsa|4
GRA-310|Panamá Geisha 150 g|MICRO|Montaña|24.00|12.50|bolsa|5
GRA-320|Colombia láctico 200 g|MICRO|Montaña|17.50|8.40|bolsa|5
GRA-330|Etiopía natural anaeróbico 200 g|MICRO|Montaña|16.80|7.90|bolsa|5
GRA-340|El Salvador Pacamara 200 g|MICRO|Montaña|15.90|7.50|bolsa|5
GRA-350|Bolivia Caranavi 200 g|MICRO|Montaña|15.20|7.40|bolsa|5|-
MLD-110|Mezcla Casa molido 250 g|GROUND|Montaña|6.90|2.80|bolsa|2
MLD-120|Tueste natural molido 250 g|GROUND|Montaña|4.90|2.10|bolsa|1|-
MLD-210|Colombia Huila molido 250 g|GROUND|Montaña|9.80|4.00|bolsa|3
MLD-310|Molido para italiana 250 g|GROUND|Montaña|7.40|3.00|bolsa|3
MLD-400|Descafeinado molido 250 g|GROUND|Montaña|7.90|3.40|bolsa|3
CAP-100|Cápsulas Casa 10 uds.|CAPSULE|Montaña|3.90|1.60|caja|2
CAP-101|Cápsulas Casa 50 uds.|CAPSULE|Montaña|17.90|7.60|caja|2
CAP-110|Cápsulas Intenso 10 uds.|CAPSULE|Montaña|4.10|1.70|caja|3
CAP-120|Cápsulas Descafeinado 10 uds.|CAPSULE|Montaña|4.20|1.80|caja|3
CAP-130|Cápsulas Colombia 10 uds.|CAPSULE|Montaña|4.60|1.90|caja|3
CAP-200|Cápsulas de aluminio 10 uds.|CAPSULE|Montaña|3.60|1.80|caja|2|-
CLD-100|Café frío 1 l|COLD|Montaña|7.50|3.10|botella|3
CLD-110|Café frío en lata, 6 uds.|COLD|Montaña|13.20|6.40|pack|3
CLD-200|Concentrado de café frío 500 ml|COLD|Montaña|11.90|4.90|botella|4
TEA-100|Sencha 100 g|TEA|Hoja Clara|9.50|3.60|bolsa|3
TEA-110|Earl Grey 100 g|TEA|Hoja Clara|8.20|2.90|bolsa|3
TEA-120|Rooibos vainilla 100 g|TEA|Hoja Clara|7.60|2.70|bolsa|2
TEA-130|Manzanilla con anís 50 g|TEA|Hoja Clara|4.90|1.60|bolsa|2
TEA-140|Chai de la casa 150 g|TEA|Hoja Clara|9.90|3.70|bolsa|3
TEA-150|Matcha ceremonial 30 g|TEA|Hoja Clara|18.90|8.80|lata|5
TEA-160|Yerba mate 500 g|TEA|Hoja Clara|8.40|3.40|bolsa|3
DUL-100|Chocolate negro 72 % 100 g|SWEET|La Molienda|4.80|2.10|tableta|4
DUL-110|Chocolate con café 100 g|SWEET|La Molienda|5.20|2.30|tableta|4
DUL-120|Galletas de mantequilla 200 g|SWEET|La Molienda|4.40|1.90|caja|2
DUL-130|Turrón de café 250 g|SWEET|La Molienda|9.80|4.40|caja|4
DUL-140|Miel de brezo 500 g|SWEET|La Molienda|8.90|4.30|tarro|3
DUL-150|Almendras con cacao 150 g|SWEET|La Molienda|6.20|2.80|bolsa|3
GRA-910|Saco Bar 5 kg|SACK|Montaña|89.00|41.00|saco|2
GRA-911|Saco Natural 5 kg|SACK|Montaña|98.00|44.50|saco|3
GRA-912|Saco Espresso Montaña 5 kg|SACK|Montaña|116.00|52.00|saco|4
GRA-913|Saco Descafeinado 5 kg|SACK|Montaña|108.00|50.50|saco|3
CAP-910|Cápsulas de oficina 100 uds.|SACK|Montaña|33.50|15.20|caja|2
CHO-900|Cacao a la taza 1 kg|TABLE|La Molienda|13.80|6.70|bolsa|3
LEC-100|Bebida de avena barista, 6 uds.|TABLE|Campo Vivo|13.90|8.90|caja|3
AZU-100|Azúcar en sobres, 1.000 uds.|TABLE|Campo Vivo|14.50|8.20|caja|2
AZU-110|Panela en sobres, 500 uds.|TABLE|Campo Vivo|12.90|7.10|caja|3
VAS-100|Vasos de cartón 240 ml, 100 uds.|TAKEAWAY|Papelera Norte|8.90|4.60|pack|2
VAS-110|Tapas compostables, 100 uds.|TAKEAWAY|Papelera Norte|6.70|3.40|pack|2
VAS-120|Removedores de madera, 1.000 uds.|TAKEAWAY|Papelera Norte|7.20|3.60|caja|1
VAS-130|Vasos térmicos de doble pared, 50 uds.|TAKEAWAY|Papelera Norte|9.80|5.20|pack|3
ESP-050|Espresso Chispa|ESPRESSO|Lumbre|119.00|78.00|unidad|1|-
ESP-100|Espresso Uno|ESPRESSO|Lumbre|249.00|158.00|unidad|2
ESP-200|Espresso Dúo|ESPRESSO|Lumbre|649.00|402.00|unidad|4
ESP-300|Espresso Volcán doble caldera|ESPRESSO|Lumbre|1690.00|1080.00|unidad|5
AUT-100|Superautomática Aurora 10|AUTO|Aurora|429.00|289.00|unidad|3
AUT-200|Superautomática Aurora 30|AUTO|Aurora|899.00|596.00|unidad|4
CPS-100|Máquina de cápsulas Brisa|AUTO|Aurora|89.00|58.00|unidad|2
ITA-100|Italiana de aluminio 6 tazas|MOKA|Forja|24.90|12.10|unidad|2
ITA-110|Italiana de aluminio 3 tazas|MOKA|Forja|19.90|9.80|unidad|2
ITA-200|Italiana de acero para inducción|MOKA|Forja|46.90|22.80|unidad|4
GOT-100|Gotero V60 de plástico|FILTER|Tsuyu|9.90|4.40|unidad|2
GOT-110|Gotero V60 de cerámica|FILTER|Tsuyu|26.50|12.30|unidad|4
GOT-200|Cafetera de vidrio 6 tazas|FILTER|Tsuyu|49.00|24.50|unidad|4
AIR-100|Prensa de aire|FILTER|Tsuyu|36.90|18.40|unidad|3
ELE-100|Cafetera de filtro eléctrica|FILTER|Aurora|79.00|49.00|unidad|3
EMB-100|Cafetera de émbolo 8 tazas|PRESS|Forja|32.90|15.60|unidad|3
EMB-110|Cafetera de émbolo 3 tazas|PRESS|Forja|24.90|11.90|unidad|2
EMB-200|Cafetera de émbolo de acero|PRESS|Forja|59.00|29.40|unidad|4
MOL-050|Molinillo de cuchillas|GRINDER|Rueca|29.00|16.20|unidad|1|-
MOL-100|Molinillo manual Rueca|GRINDER|Rueca|39.00|19.80|unidad|2
MOL-110|Molinillo manual Rueca Pro|GRINDER|Rueca|119.00|66.00|unidad|4
MOL-200|Molinillo eléctrico Muela 40|GRINDER|Rueca|189.00|112.00|unidad|3
MOL-300|Molinillo eléctrico Muela 64|GRINDER|Rueca|549.00|338.00|unidad|5
FIL-100|Filtros V60 tamaño 02, 100 uds.|PAPER|Tsuyu|5.90|2.20|pack|3
FIL-110|Filtros V60 tamaño 01, 100 uds.|PAPER|Tsuyu|5.40|2.00|pack|3|-
FIL-200|Filtros para cafetera de vidrio, 100 uds.|PAPER|Tsuyu|9.90|4.10|pack|3
FIL-300|Filtros para prensa de aire, 350 uds.|PAPER|Tsuyu|7.50|3.00|pack|3
LIM-010|Descalcificador, 3 dosis|CLEAN|Limpio|11.90|4.80|caja|3
LIM-020|Pastillas de limpieza, 10 uds.|CLEAN|Limpio|12.90|5.20|caja|3
LIM-030|Limpiador de molinillos 430 g|CLEAN|Limpio|14.90|6.70|bote|3
LIM-040|Detergente para espresso 900 g|CLEAN|Limpio|15.90|7.20|bote|3
LIM-050|Cepillo de grupo|CLEAN|Limpio|8.50|3.40|unidad|2
REP-100|Junta y filtro para italiana|PART|Forja|5.50|1.90|unidad|2
REP-110|Vidrio de recambio 8 tazas|PART|Forja|12.90|5.40|unidad|3
ACC-100|Jarra de leche 350 ml|TOOL|Lumbre|18.90|8.80|unidad|3
ACC-110|Prensador 58 mm|TOOL|Lumbre|19.90|9.10|unidad|2
ACC-120|Prensador calibrado 58 mm|TOOL|Lumbre|49.00|24.00|unidad|4
ACC-200|Báscula con cronómetro|TOOL|Tsuyu|59.00|30.50|unidad|3
ACC-210|Báscula de precisión|TOOL|Tsuyu|149.00|84.00|unidad|5
ACC-300|Hervidor de cuello de cisne|TOOL|Tsuyu|54.00|27.00|unidad|3
ACC-310|Hervidor eléctrico con temperatura|TOOL|Tsuyu|129.00|74.00|unidad|4
ACC-400|Bote hermético 500 g|TOOL|Forja|22.90|10.40|unidad|3
MUG-100|Taza esmaltada|CUP|Barro|12.90|5.10|unidad|2
MUG-110|Juego de 6 tazas de espresso|CUP|Barro|34.90|16.20|juego|3
MUG-120|Vaso térmico 350 ml|CUP|Barro|24.90|11.80|unidad|3
MUG-200|Taza de autor|CUP|Barro|22.00|11.50|unidad|5
TET-100|Tetera de hierro 800 ml|CUP|Tsuyu|44.90|21.70|unidad|4
REG-100|Caja Descubrimiento|GIFT|Montaña|29.90|13.20|caja|3
REG-110|Caja Orígenes|GIFT|Montaña|44.90|20.40|caja|4
REG-120|Cesta de Navidad|GIFT|Montaña|69.00|33.00|cesta|4
REG-130|Suscripción de regalo, 3 meses|GIFT|Montaña|59.00|27.00|unidad|4
CUR-100|Taller de barista en casa|COURSE|Montaña|45.00|18.00|plaza|3
CUR-110|Cata guiada de orígenes|COURSE|Montaña|25.00|9.00|plaza|4
"""


def _good(line: str) -> Good:
    code, name, category, brand, price, cost, unit, tier, *gone = line.split("|")
    path = _CATEGORIES[category]
    return Good(code, name, path, brand, Decimal(price), Decimal(cost), unit, int(tier), not gone)


GOODS = {good.code: good for good in map(_good, _TABLE.split("\n")[1:-1])}

# What each segment chooses its favourite from.
COFFEES: dict[str, str] = {
    "cafe": "GRA-910 GRA-910 GRA-910 GRA-911 GRA-911 GRA-912 GRA-912",
    "restaurant": "GRA-911 GRA-911 GRA-910 GRA-131 GRA-141 CAP-910",
    "office": "CAP-910 CAP-910 CAP-910 GRA-111 GRA-121 GRA-131 GRA-261 GRA-911",
    "deli": "GRA-110 GRA-210 GRA-220 GRA-230 GRA-270 MLD-110 CAP-100 GRA-310",
    "ritual": (
        "GRA-111 GRA-131 GRA-211 GRA-110 GRA-210 GRA-230 MLD-110 CAP-101 GRA-141 GRA-221 GRA-231"
        " GRA-271"
    ),
    "pantry": (
        "GRA-110 GRA-110 GRA-120 GRA-130 MLD-110 MLD-110 MLD-120 MLD-310 CAP-100 CAP-110 CAP-200"
        " GRA-140 CAP-120 MLD-400"
    ),
    "occasional": "GRA-110 MLD-110 CAP-100 GRA-260 GRA-210 CAP-130 GRA-250 MLD-210",
    "gifts": "REG-100 REG-100 REG-110 MUG-110 TEA-150 GRA-310 REG-130 MUG-200 CUR-110",
    "enthusiast": "GRA-210 GRA-220 GRA-240 GRA-270 GRA-280 GRA-290 GRA-320 GRA-330 GRA-340 GRA-350",
}
_TRADE = (
    "VAS-100 VAS-110 VAS-120 VAS-130 AZU-100 AZU-110 LEC-100 LEC-100 CHO-900 LIM-040 TEA-110"
    " GRA-913"
)
HOME_EXTRAS = (
    "TEA-100 TEA-110 TEA-120 TEA-130 TEA-140 TEA-160 DUL-100 DUL-110 DUL-120 DUL-140 DUL-150"
    " MUG-100 MUG-120 ACC-400 LIM-010 LIM-050 REP-110 CUR-110"
)
EXTRAS: dict[str, str] = {
    "cafe": _TRADE,
    "restaurant": _TRADE,
    "office": "VAS-100 VAS-120 AZU-100 LEC-100 TEA-110 TEA-130 DUL-120",
    "deli": "TEA-100 TEA-140 TEA-150 DUL-100 DUL-110 DUL-150 MUG-100 ITA-100 FIL-100 GRA-240",
    "gifts": "DUL-100 DUL-110 MUG-100 MUG-200 TEA-140 REG-100",
    "enthusiast": "GRA-310 GRA-280 CLD-200 ACC-400 MUG-200 FIL-110 LIM-040 CUR-100",
}
GEAR: dict[str, str] = {
    "cafe": "MOL-300 AUT-200 ACC-100 ACC-120",
    "restaurant": "AUT-200 MOL-300 MUG-110",
    "office": "AUT-100 AUT-200 ELE-100 CPS-100",
    "deli": "GOT-100 ITA-100 EMB-100",
    "gifts": "ITA-200 GOT-110 GOT-200 TET-100 EMB-200 MOL-110",
    "enthusiast": (
        "GOT-110 GOT-200 ESP-200 ESP-100 MOL-200 MOL-110 ACC-200 ACC-210 ACC-300 ACC-310 AIR-100"
    ),
}
HOME_GEAR = (
    "ESP-100 ESP-100 AUT-100 AUT-100 CPS-100 ITA-100 ITA-100 ITA-110 GOT-100 GOT-100 GOT-110"
    " GOT-200 AIR-100 ELE-100 EMB-100 EMB-110 MOL-100 MOL-100 MOL-200 TET-100 ACC-100 ESP-050"
    " MOL-050"
)
# By month, what is only wanted then.
SEASONAL: dict[int, str] = {
    6: "CLD-100 CLD-110",
    7: "CLD-100 CLD-110 CLD-200",
    8: "CLD-100 CLD-110 CLD-200",
    9: "CLD-100",
    11: "DUL-130 REG-120",
    12: "DUL-130 DUL-130 REG-120 REG-120",
}
# Owners of the first need the second again: chance at each purchase.
SUPPLIES = {
    "GOT-100": ("FIL-100", 0.22),
    "GOT-110": ("FIL-100", 0.25),
    "GOT-200": ("FIL-200", 0.22),
    "AIR-100": ("FIL-300", 0.15),
    "ESP-100": ("LIM-010", 0.06),
    "ESP-200": ("LIM-040", 0.08),
    "AUT-100": ("LIM-020", 0.10),
    "AUT-200": ("LIM-020", 0.12),
    "CPS-100": ("CAP-110", 0.35),
}
