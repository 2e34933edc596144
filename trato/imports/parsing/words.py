"""Words of other programs for things that have a fixed list here."""

import csv
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from babel import Locale

from trato.kit.exporting import unguarded
from trato.kit.text import Unreadable, clean, fold, is_blank, normalise_header, parse_bool

_SEPARATORS = re.compile(r"\s*(?::::|[;,\n\r|])\s*")
_GOOGLE_GROUPS = frozenset({"mycontacts", "my contacts", "starred", "friends", "family"})


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {word: value for value, many in words.items() for word in many.split(",")}


_CUSTOMER_KINDS = _by_word(
    {
        "person": "person,persona,particular,individual,individuo,fisica,persona fisica,contact,"
        "contacto,private,privado,b2c,consumer,autonomo,personne",
        "organisation": "organisation,organization,organizacion,company,empresa,compania,business,"
        "juridica,persona juridica,sociedad,org,account,cuenta,b2b,societe,entreprise,corporate",
    }
)
_STATUSES = _by_word(
    {
        "potential": "potential,potencial,lead,prospect,prospecto,prospecto calificado,subscriber,"
        "suscriptor,marketingqualifiedlead,salesqualifiedlead,marketing qualified lead,"
        "sales qualified lead,opportunity,oportunidad,interesado,nuevo,new,open",
        "current": "current,actual,customer,cliente,client,active,activo,activa,evangelist,alta,"
        "won,ganado,vigente",
        "lost": "lost,perdido,perdida,inactive,inactivo,inactiva,churned,baja,former customer,"
        "ex cliente,excliente,antiguo cliente,antiguo",
    }
)
_ORDER_STATUSES = _by_word(
    {
        "pending": "pending,pendiente,open,abierto,draft,borrador,quotation,presupuesto,quote,"
        "on hold,en espera,authorized,partially paid,unpaid,created,awaiting payment,"
        "pending payment,checkout draft,failed",
        "completed": "completed,complete,completado,paid,pagado,pagada,cobrado,shipped,enviado,"
        "delivered,entregado,fulfilled,processing,procesando,en proceso,done,closed,cerrado,sale,"
        "sales order,pedido de venta,orden de venta,invoiced,facturado,confirmed,confirmado,"
        "partially refunded,approved,unavailable",
        "cancelled": "cancelled,canceled,cancelado,cancelada,anulado,anulada,voided,void,expired",
        "returned": "returned,devuelto,devuelta,devolucion,refunded,reembolsado,return,refund",
    }
)
_COST_PURPOSES = _by_word(
    {
        "acquire": "acquire,acquisition,win,win customers,new,new customers,captar,captacion,"
        "captar clientes,adquisicion,nuevos,nuevos clientes",
        "keep": "keep,retention,retain,keep customers,loyalty,existing customers,retener,"
        "retencion,conservar,conservar clientes,fidelizar,fidelizacion,mantener,"
        "clientes actuales",
    }
)
_CONTACT_KINDS = _by_word(
    {
        "call": "call,llamada,telefono,phone,phone call,llamada telefonica,telephone,appel",
        "visit": "visit,visita,in person,presencial,tienda",
        "meeting": "meeting,reunion,demo,lunch,comida,cita,appointment,videollamada,event",
        "email": "email,correo,correo electronico,mail",
        "message": "message,mensaje,whatsapp,sms,chat,telegram,dm",
        "service_request": "service request,request,ticket,case,caso,incidencia,consulta,solicitud,"
        "soporte,support,peticion",
        "complaint": "complaint,queja,reclamacion",
        "note": "note,nota,comment,comentario,observacion,task,tarea,deadline,otro,other",
    }
)
_CHANNELS = _by_word(
    {
        "email": "email,correo,correo electronico,mail",
        "telephone": "telephone,telefono,phone,call,llamada,tel,movil",
        "sms": "sms,text message",
        "whatsapp": "whatsapp,wa",
        "letter": "letter,carta,post,correo postal",
        "shop": "shop,tienda,store,mostrador,local",
        "web": "web,website,online,sitio web,pagina web,formulario,chat",
        "in_person": "in person,presencial,en persona,visit,visita,face to face",
        "social": "social,social network,redes sociales,facebook,instagram,linkedin,twitter,tiktok",
    }
)
CONTACT_BY_CHANNEL = {
    "telephone": "call",
    "email": "email",
    "sms": "message",
    "whatsapp": "message",
    "social": "message",
    "letter": "message",
    "in_person": "visit",
    "shop": "visit",
}


def customer_kind(text: str) -> str:
    """``person`` or ``organisation``; yes and no answer whether it is a company."""
    known = _CUSTOMER_KINDS.get(normalise_header(text))
    if known:
        return known
    try:
        return "organisation" if parse_bool(text) else "person"
    except Unreadable:
        raise Unreadable("not_a_choice") from None


def status(text: str) -> str:
    return _chosen(_STATUSES, text)


def order_status(text: str) -> str:
    return _chosen(_ORDER_STATUSES, text)


def cost_purpose(text: str) -> str:
    return _chosen(_COST_PURPOSES, text)


def contact_kind(text: str) -> str:
    return _chosen(_CONTACT_KINDS, text)


def channel(text: str) -> str:
    """One of our channels, or the word as it is: there are more in the world."""
    return _CHANNELS.get(normalise_header(text), clean(text))


def consent(text: str) -> bool:
    """Yes or no; what says neither (``Bounced``) is Unreadable."""
    word = normalise_header(text)
    if word in ("opted in", "opt in", "explicit consent", "given", "granted", "aceptado"):
        return True
    if word in ("opted out", "opt out", "archived", "no consent", "withdrawn", "rechazado"):
        return False
    return parse_bool(text)


def _chosen(words: Mapping[str, str], text: str) -> str:
    found = words.get(normalise_header(text))
    if found is None:
        raise Unreadable("not_a_choice")
    return found


def choice(text: str, options: Sequence[str]) -> str:
    """The option as it was defined, whatever the capitals and accents of the cell."""
    wanted = {fold(clean(text)), fold(clean(unguarded(text)))}
    for option in options:
        if fold(option) in wanted:
            return option
    raise Unreadable("not_a_choice")


def words(text: str) -> list[str]:
    """Tags in a cell, as lists, as quoted lists, or as Google's groups."""
    text = unguarded(text)
    if '"' in text:
        parts = [part for row in csv.reader([text], skipinitialspace=True) for part in row]
    else:
        parts = _SEPARATORS.split(clean(text))
    found = [_tag(part) for part in parts]
    return list(dict.fromkeys(tag for tag in found if not is_blank(tag)))


def _tag(part: str) -> str:
    tag = " ".join(clean(part).split())
    if tag.startswith("* "):
        return "" if tag[2:].casefold() in _GOOGLE_GROUPS else tag[2:]
    return tag


def language(text: str) -> str:
    """``Spanish``, ``español``, ``es-ES`` are ``es``."""
    word = clean(text)
    found = _languages().get(fold(word)) or _languages().get(fold(re.split(r"[-_]", word)[0]))
    if found is None:
        raise Unreadable("language_unknown")
    return found


@lru_cache(1)
def _languages() -> dict[str, str]:
    names: dict[str, str] = {}
    for code in ("en", "es"):
        for key, name in Locale(code).languages.items():
            if len(key) <= 3:
                names.setdefault(fold(name), key)
                names[key] = key
    return names | {"castellano": "es", "valenciano": "ca"}
