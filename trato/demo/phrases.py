"""What people at Café Montaña write down after a talk."""

type Talk = tuple[str, str]

VISITS: tuple[Talk, ...] = (
    ("Visita de seguimiento", "El molino va fino. Piden probar {product} la próxima semana."),
    ("Cata en el local", "Catamos tres orígenes con el equipo; les gustó más {product}."),
    ("Ajuste de molienda", "Bajé la molienda dos puntos y el espresso mejoró mucho."),
    ("Revisión de consumo", "Gastan algo menos que en invierno. Vuelven a subir en primavera."),
    ("Formación del personal", "Dos personas nuevas en barra. Repasamos leche y limpieza."),
    ("Presentación de novedades", "Dejé una muestra de {product}. Llamar en diez días."),
)
CALLS: tuple[Talk, ...] = (
    ("Pedido de la semana", "Repite lo de siempre y pregunta por el plazo de entrega."),
    ("Consulta de precios", "Quiere tarifa por volumen. Le envío la de hostelería."),
    ("Confirmación de entrega", "Prefiere recibir antes de las once; a mediodía no hay nadie."),
    ("Seguimiento de muestra", "La muestra de {product} gustó. Lo comenta con su socia."),
    ("Cambio de horario", "En agosto cierran tres semanas. Retomar el pedido en septiembre."),
    ("Sin respuesta", "No contesta; dejé mensaje para que llame a Lucía."),
    ("Duda sobre la máquina", "La máquina pierde presión. Le explico la descalcificación."),
)
EMAILS: tuple[Talk, ...] = (
    ("Tarifa de hostelería", "Adjunta tarifa actualizada y condiciones de entrega."),
    ("Factura duplicada", "Pide copia de la factura del mes pasado."),
    ("Consulta sobre {product}", "Pregunta si el lote nuevo sabe igual que el anterior."),
    ("Condiciones de pago", "Solicita pasar de pago inmediato a treinta días."),
    ("Recomendación de café", "Busca algo con menos acidez para preparar en italiana."),
)
NOTES: tuple[Talk, ...] = (
    ("Ampliación del local", "Abren terraza en mayo: prevén un tercio más de consumo."),
    ("Competencia", "Un tostador de la zona les ofrece un euro menos por kilo."),
    ("Nueva encargada", "Cambia la persona de compras. Presentarse la semana que viene."),
    ("Buen trato", "Agradece que le avisáramos del retraso antes de que preguntara."),
    ("Aniversario", "Cumplen años de apertura este mes. Enviar un detalle."),
)
MESSAGES: tuple[Talk, ...] = (
    ("Aviso de entrega", "Preguntó si el pedido sale hoy. Sale mañana a primera hora."),
    ("Foto de la máquina", "Envió foto del manómetro: marca siete bares."),
    ("Recogida en tienda", "Pasará el sábado por la mañana a recoger su pedido."),
)
REQUESTS: tuple[Talk, ...] = (
    ("Paquete con retraso", "El transportista lo dejó en otra dirección. Se reenvía hoy."),
    ("Pieza que falta", "Llegó sin la cucharilla dosificadora. Se envía por correo."),
    ("Cambio de molienda", "Pidió grano y quería molido. Se cambia sin coste."),
    ("Garantía", "La resistencia falla a los ocho meses. Se recoge para reparar."),
)
COMPLAINTS: tuple[Talk, ...] = (
    ("Café pasado de tueste", "La bolsa olía a quemado. Se repone y se revisa el lote."),
    ("Pedido equivocado", "Recibió el pedido de otra persona. Se recoge y se envía el suyo."),
    ("Subida de precio sin aviso", "Se enteró de la subida en la factura. Está molesto."),
    ("Entrega fuera de plazo", "Se quedó sin café el viernes por la tarde."),
    ("Trato en tienda", "Esperó veinte minutos y nadie le atendió."),
)
FIRST_CALLS: tuple[Talk, ...] = (
    ("Buscan tostador", "Abren en dos meses y comparan. Quieren una cata antes de decidir."),
    ("Primer contacto", "Les habló de nosotros otro local. Piden tarifa y plazos de entrega."),
    ("Consulta de precios", "Quieren tarifa por volumen y máquina en préstamo. Pasar a verles."),
)
TASTINGS: tuple[Talk, ...] = (
    ("Cata en el local", "Catamos tres orígenes con el equipo; les gustó más {product}."),
    ("Visita con muestras", "Dejé {product} y ajustamos su molino. Piden una oferta."),
)
OFFERS: tuple[Talk, ...] = (
    ("Oferta enviada", "Precio por volumen y entrega semanal. Contestan en unos días."),
    ("Condiciones de pago", "Aceptan el precio; piden treinta días y entrega antes de las diez."),
)
STILL_LOOKING: tuple[Talk, ...] = (
    ("Tienen otro tostador", "Contrato hasta fin de año. Volver a llamar en otoño."),
    ("Sin respuesta", "No contesta; dejé mensaje para que llame cuando pueda."),
    ("Seguimiento de muestra", "La muestra de {product} gustó. Lo comenta con su socia."),
)
ASKED: tuple[Talk, ...] = (
    ("Consulta sobre {product}", "Pregunta si lo hay molido para italiana."),
    ("Recomendación de café", "Busca algo con menos acidez para preparar en italiana."),
    ("Horario de la tienda", "Pregunta si abrimos los sábados por la tarde."),
)
ASKED_SHORTLY: tuple[Talk, ...] = (
    ("Envíos", "Quiere saber cuánto tarda un pedido en llegar y cuánto cuesta."),
    ("Taller", "Pregunta cuándo es el próximo taller de espresso."),
)
BEFORE_FIRMS_BUY = (
    ("call", FIRST_CALLS + STILL_LOOKING, "telephone", 40),
    ("visit", TASTINGS, "in_person", 24),
    ("email", OFFERS, "email", 18),
    ("note", NOTES[1:3], "", 12),
    ("message", ASKED_SHORTLY, "whatsapp", 14),
)
BEFORE_PEOPLE_BUY = (
    ("email", ASKED, "email", 40),
    ("message", ASKED_SHORTLY, "whatsapp", 24),
    ("call", ASKED, "telephone", 10),
)
WITH_FIRMS = (
    ("call", CALLS, "telephone", 40),
    ("visit", VISITS, "in_person", 24),
    ("email", EMAILS, "email", 18),
    ("note", NOTES, "", 12),
    ("message", MESSAGES, "whatsapp", 14),
    ("service_request", REQUESTS, "telephone", 4),
)
WITH_PEOPLE = (
    ("email", EMAILS, "email", 30),
    ("service_request", REQUESTS, "email", 26),
    ("message", MESSAGES, "whatsapp", 24),
    ("call", CALLS[4:], "telephone", 10),
    ("note", NOTES[3:], "", 5),
)

# Facts: kind and text; first what they say, then what we see.
SAID_BY_FIRMS = (
    ("preference", "Prefiere entregas antes de las once"),
    ("preference", "Quiere tueste medio, nunca oscuro"),
    ("need", "Necesita formación para el personal nuevo"),
    ("need", "Busca una leche vegetal que no se corte"),
    ("circumstance", "Cierra los lunes"),
    ("circumstance", "Piensa abrir un segundo local"),
    ("attitude", "Valora más la constancia que el precio"),
    ("attitude", "Compara tarifas cada trimestre"),
)
SAID_BY_PEOPLE = (
    ("preference", "Le gustan los cafés afrutados"),
    ("preference", "Prefiere descafeinado por la tarde"),
    ("preference", "No quiere plástico en los envíos"),
    ("need", "Busca un molinillo silencioso"),
    ("need", "Quiere aprender a texturizar leche"),
    ("circumstance", "Trabaja en casa tres días a la semana"),
    ("circumstance", "Acaba de mudarse"),
    ("attitude", "Le importa el precio que recibe el productor"),
    ("attitude", "Compra donde le atienden por su nombre"),
)
SEEN = (
    ("preference", "Abre los correos sobre microlotes"),
    ("preference", "Compra casi siempre el mismo café"),
    ("circumstance", "Compra los sábados por la mañana"),
    ("attitude", "Usa el cupón en cuanto llega"),
    ("preference", "Recoge en tienda aunque pide por la web"),
)
SOURCES = ("Llamada", "Visita", "Formulario de la web", "Encuesta de bienvenida", "En tienda")
SEEN_IN = ("Historial de compras", "Respuestas a campañas", "Pedidos de la web")

# What costs of winning customers say, by source; the last one is of keeping them.
SPENT_ON = {
    "Instagram": "Anuncios",
    "Buscador": "Anuncios de búsqueda",
    "Web": "Agencia y posicionamiento",
    "Taller": "Material y café de los talleres",
    "Visita comercial": "Comisiones y viajes",
    "Feria": "Puesto y muestras",
    "": "Boletín por correo",
}

# Campaigns: month, name, chance to open, to click once opened, whether a coupon goes with it.
CAMPAIGNS = (
    (1, "Empieza el año con otro origen", 0.38, 0.16, False),
    (3, "Microlotes de primavera", 0.42, 0.20, False),
    (4, "Semana del filtro", 0.35, 0.14, True),
    (6, "Café frío para el verano", 0.36, 0.15, False),
    (9, "Vuelta a la rutina: 10 % en tu café", 0.40, 0.22, True),
    (11, "Viernes negro en Café Montaña", 0.46, 0.28, True),
    (12, "Regalos que huelen a café", 0.41, 0.19, False),
)

CONSENT_WAYS = (
    ("Formulario de la web", "web-2024-03"),
    ("Firma en tienda", "tienda-2023-09"),
    ("Alta en el taller", "taller-2025-01"),
    ("Confirmación por correo", "correo-2024-03"),
)
WITHDRAWN_BY = "Enlace de baja en el correo"

TASKS_OF_FIRMS = (
    ("call", "Llamar por el pedido de la semana"),
    ("call", "Preguntar por la muestra de {product}"),
    ("visit", "Visita: cata de orígenes nuevos"),
    ("visit", "Revisar molienda y limpieza"),
    ("email", "Enviar tarifa por volumen"),
    ("task", "Preparar propuesta con {product}"),
    ("call", "Recuperar contacto: hace tiempo que no pide"),
)
TASKS_OF_PEOPLE = (
    ("email", "Responder consulta sobre {product}"),
    ("call", "Llamar para cerrar la incidencia"),
    ("task", "Enviar recambio por garantía"),
    ("email", "Avisar de que vuelve {product}"),
)
ORIGINS = (
    ("Tienda", 26),
    ("Web", 24),
    ("Recomendación", 18),
    ("Buscador", 12),
    ("Instagram", 10),
    ("Taller", 5),
    ("Feria", 5),
)
FIRM_ORIGINS = (("Visita comercial", 30), ("Recomendación", 28), ("Feria", 18), ("Web", 24))
