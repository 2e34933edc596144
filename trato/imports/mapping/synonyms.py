"""What headings mean, in Spanish, English and the neighbours' words; in plain words, by target."""

from collections.abc import Mapping
from functools import lru_cache

CUSTOMERS = {
    "customer_id": "customer id,client id,customer no,customer number,customer code,client code,"
    "id cliente,cliente id,id de cliente,codigo cliente,codigo de cliente,cod cliente,no cliente,"
    "no de cliente,numero cliente,numero de cliente,num cliente,ref cliente,referencia cliente,"
    "contact id,id contacto,id de contacto,codigo,id,unique id,no socio,numero de socio,member id,"
    "household id,household key,code client,numero client,kundennummer",
    "kind": "kind,type,tipo,tipo de cliente,tipo cliente,customer type,persona o empresa",
    "name": "name,full name,nombre completo,nombre y apellidos,apellidos y nombre,nombre,cliente,"
    "nombre cliente,nombre del cliente,customer,customer name,client,client name,contact,"
    "contact name,contacto,nombre de contacto,nombre contacto,persona de contacto,persona,"
    "display name,titular,nom,nom complet,nome,nome completo,person name",
    "given_name": "first name,firstname,given name,nombre de pila,primer nombre,nombres,forename,"
    "prenom,vorname,fname,person first name",
    "middle_name": "middle name,additional name,segundo nombre",
    "family_name": "last name,lastname,family name,surname,apellidos,apellido,primer apellido,"
    "segundo apellido,apellido 1,apellido 2,apellido paterno,apellido materno,nom de famille,"
    "nachname,lname,sobrenome,person last name",
    "organisation": "company,company name,organisation,organization,organization name,empresa,"
    "nombre empresa,nombre de la empresa,nombre de empresa,compania,organizacion,razon social,"
    "nombre fiscal,nombre comercial,denominacion social,account,account name,company account,"
    "related company,associated company,societe,entreprise,raison sociale,razao social,firma,"
    "employer,business name,person organization",
    "job_title": "job title,title,position,job position,cargo,puesto,puesto de trabajo,funcion,"
    "job,role,occupation,profession,profesion,ocupacion,organization title",
    "email": "email,email address,mail,correo,correo electronico,direccion de correo,"
    "direccion de correo electronico,direccion email,email principal,email personal,email trabajo,"
    "email work,email home,email other,work email,personal email,courriel,adresse email,"
    "adresse mail,emails,correos",
    "phone": "phone,phone number,telephone,telephone number,tel,telefono,telefonos,"
    "numero de telefono,telefono movil,telefono fijo,telefono de contacto,telefono trabajo,"
    "telefono casa,telefono particular,movil,celular,mobile,mobile phone,mobile number,cell,"
    "cell phone,tlf,tfno,telf,tel movil,tel fijo,home phone,work phone,business phone,other phone,"
    "primary phone,contact phone,phone work,phone mobile,phone home,phone other,portable,"
    "telephone portable,telephone mobile,whatsapp,telefon,handy,telefone",
    "birth_date": "birth date,birthdate,birthday,date of birth,dob,fecha de nacimiento,"
    "fecha nacimiento,nacimiento,f nacimiento,fec nacimiento,fnac,cumpleanos,date de naissance,"
    "geburtsdatum,data de nascimento",
    "street": "street,address,street address,address 1,address 2,address line 1,address line 2,"
    "address1,address2,street2,street 2,direccion,direccion 1,direccion 2,direccion postal,"
    "domicilio,domicilio fiscal,calle,calle y numero,via,mailing street,billing street,"
    "billing address,postal address,adresse,rue,strasse,endereco",
    "city": "city,town,ciudad,poblacion,localidad,municipio,mailing city,billing city,ville,ort,"
    "stadt,cidade,suburb",
    "postal_code": "postal code,postcode,post code,zip,zip code,zipcode,zip postal code,"
    "codigo postal,cod postal,c postal,cp,mailing zip postal code,mailing postal code,"
    "billing zip postal code,billing postal code,code postal,plz,cep,cap",
    "region": "region,state,province,provincia,comunidad,comunidad autonoma,departamento,county,"
    "canton,estado,state province,state region,mailing state province,mailing state,"
    "billing state province,billing state,estado provincia",
    "country": "country,country code,country region,pais,codigo pais,mailing country,"
    "billing country,pays,land,nacionalidad",
    "tax_id": "tax id,tax number,tax no,vat,vat id,vat number,nif,cif,nie,dni,nif cif,cif nif,"
    "dni nif,dni cif,nif dni,rfc,rut,ruc,cuit,cuil,nit,tin,siret,siren,identificacion fiscal,"
    "numero de identificacion fiscal,identificador fiscal,partita iva,cnpj,cpf",
    "created_at": "created at,created,create date,created date,created on,date created,date added,"
    "add time,signup date,registration date,registered,customer since,since,fecha alta,"
    "fecha de alta,alta,f alta,fecha creacion,fecha de creacion,fecha de registro,fecha registro,"
    "cliente desde,person created",
    "languages": "language,languages,preferred language,idioma,idiomas,lengua,locale",
    "tags": "tags,labels,label,etiquetas,etiqueta,categories,categorias,group membership,groups,"
    "grupos,grupo,keywords,palabras clave",
    "owner": "owner,contact owner,company owner,account owner,lead owner,owner alias,owner name,"
    "propietario,responsable,comercial,comercial asignado,vendedor,salesperson,sales rep,agente,"
    "asesor,gestor,asignado a,assigned to,person owner",
    "origin": "origin,source,lead source,original source,origen,procedencia,fuente,"
    "como nos conocio,canal de captacion,medio de captacion",
    "status": "status,lifecycle stage,customer status,client status,relationship,situacion,"
    "estado cliente,estado del cliente",
    "notes": "notes,note,comments,comment,remarks,memo,description,notas,nota,observaciones,"
    "comentarios,comentario,descripcion,remarques",
    "consent_email": "opt in,email opt in,optin,accepts marketing,accepts email marketing,"
    "email marketing,marketing consent,email consent,consent,newsletter,boletin,suscrito,"
    "acepta publicidad,acepta comunicaciones,acepta correos,consentimiento,consentimiento email,"
    "marketing status,person marketing status,subscribed",
    "consent_email_at": "optin time,opt in time,consent date,fecha consentimiento,"
    "fecha de consentimiento,subscribed at,subscription date",
}
PRODUCTS = {
    "product_id": "product id,sku,code,codigo,product code,product no,product number,item code,"
    "item id,item no,stock code,stock no,referencia,ref,reference,internal reference,default code,"
    "referencia interna,codigo articulo,codigo de articulo,cod articulo,codigo producto,"
    "codigo de producto,cod producto,id producto,id articulo,id,ean,ean13,gtin,barcode,upc,"
    "codigo de barras,variant sku,part number,article",
    "name": "name,product name,product,producto,nombre,nombre producto,nombre del producto,"
    "nombre articulo,item,item name,title,titulo,denominacion,articulo,designation,description",
    "category": "category,categories,product category,categoria,categorias,familia,subfamilia,"
    "family,department,departamento,seccion,grupo,product type,type,tipo,categorie",
    "brand": "brand,marca,manufacturer,fabricante,vendor,marque",
    "price": "price,list price,sale price,sales price,retail price,regular price,unit price,rrp,"
    "precio,precio venta,precio de venta,precio unitario,pvp,tarifa,importe,variant price,prix",
    "cost": "cost,unit cost,cost price,standard price,purchase price,coste,costo,precio coste,"
    "precio de coste,precio compra,precio de compra,cost per item,cout",
    "unit": "unit,unit of measure,uom,unidad,unidad de medida,ud medida,unite",
    "quality_tier": "quality,quality tier,tier,calidad,gama,nivel de calidad",
    "active": "active,is active,enabled,published,activo,a la venta,en venta",
    "currency": "currency,currency code,moneda,divisa,devise",
    "description": "description,long description,descripcion,descripcion larga,detalle,body html,"
    "notes,notas,observaciones",
}
ORDERS = {
    "order_id": "order id,order,order no,order number,order name,order reference,invoice,"
    "invoice id,invoice no,invoice number,no pedido,no de pedido,numero pedido,numero de pedido,"
    "num pedido,pedido,id pedido,id de pedido,codigo pedido,referencia pedido,"
    "referencia de pedido,referencia del pedido,factura,no factura,no de factura,numero factura,"
    "numero de factura,num factura,ticket,no ticket,numero de ticket,albaran,no albaran,venta,"
    "id venta,no venta,documento,no documento,transaction id,receipt,receipt no,basket id,"
    "sales order,sale id,numero de commande,no commande,commande,facture",
    "customer_id": "customer id,client id,customer no,customer number,customer code,id cliente,"
    "cliente id,codigo cliente,codigo de cliente,cod cliente,no cliente,no de cliente,"
    "numero cliente,numero de cliente,num cliente,household id,household key,member id,user id,"
    "contact id,socio,no socio,tarjeta,account id,code client,customer",
    "customer_email": "email,customer email,email address,correo,correo electronico,"
    "correo del cliente,email cliente,email billing,billing email",
    "customer_name": "customer name,client name,cliente,nombre cliente,nombre del cliente,client,"
    "nombre,razon social,billing name,buyer,comprador",
    "ordered_at": "ordered at,order date,date,datetime,invoice date,purchase date,sale date,"
    "transaction date,transaction timestamp,timestamp,created at,order purchase timestamp,"
    "date order,day,fecha,fecha y hora,fecha pedido,fecha de pedido,fecha del pedido,fecha compra,"
    "fecha de compra,fecha factura,fecha de factura,fecha venta,fecha de venta,fecha ticket,"
    "date de commande",
    "product_id": "product id,sku,product code,item code,item id,item no,stock code,stock no,"
    "referencia,ref,codigo articulo,codigo de articulo,cod articulo,codigo producto,"
    "codigo de producto,cod producto,id producto,id articulo,ean,barcode,lineitem sku,article",
    "product_name": "product name,product,item,item name,lineitem name,description,"
    "product description,producto,nombre producto,nombre del producto,articulo,nombre articulo,"
    "descripcion,descripcion articulo,concepto,order lines product,produit",
    "category": "category,product category,categoria,familia,department",
    "quantity": "quantity,qty,units,units sold,cantidad,cant,unidades,uds,ud,unidades vendidas,"
    "piezas,lineitem quantity,product uom qty,order lines quantity,quantite",
    "unit_price": "unit price,price,price unit,item price,item cost,sale price,lineitem price,"
    "precio,precio unitario,precio ud,precio unidad,precio de venta,precio venta,pvp,"
    "importe unitario,order lines unit price,prix,prix unitaire",
    "line_total": "line total,total,amount,subtotal,sales,sales value,revenue,net amount,importe,"
    "importe linea,importe total,total linea,total venta,neto,base imponible,price subtotal,"
    "montant",
    "discount": "discount,discount amount,descuento,descuento linea,dto,dcto,rebaja,remise",
    "tax": "tax,tax amount,taxes,vat,iva,impuesto,impuestos,igv,tva",
    "channel": "channel,sales channel,canal,canal de venta,via",
    "store": "store,store id,store name,shop,branch,tienda,sucursal,local,punto de venta,almacen,"
    "magasin",
    "currency": "currency,currency code,moneda,divisa,devise",
    "status": "status,order status,financial status,estado,estado pedido,estado del pedido,state",
    "seller": "seller,salesperson,sales rep,employee,cashier,vendedor,comercial,agente,dependiente,"
    "cajero,atendido por",
    "country": "country,customer country,billing country,country code,pais,pais cliente",
}
INTERACTIONS = {
    "customer_id": "customer id,client id,customer no,customer number,customer code,id cliente,"
    "cliente id,codigo cliente,codigo de cliente,cod cliente,no cliente,numero cliente,"
    "numero de cliente,contact id,id contacto,customer",
    "customer_email": "email,customer email,contact email,email address,correo,correo electronico,"
    "correo del cliente,email cliente",
    "customer_name": "customer name,client name,cliente,nombre cliente,nombre del cliente,client,"
    "contact,contact name,contacto,contact person,person,nombre",
    "customer_phone": "phone,customer phone,contact phone,telefono,telefono cliente,movil",
    "at": "at,when,date,datetime,timestamp,activity date,due date,start,start time,created at,"
    "fecha,fecha y hora,fecha actividad,fecha de la actividad,fecha contacto,fecha de contacto,"
    "fecha inicio,inicio,marked as done time",
    "kind": "kind,type,activity type,activity,contact type,interaction type,tipo,"
    "tipo de actividad,tipo actividad,tipo de contacto,tipo contacto,actividad,accion",
    "channel": "channel,canal,medio,via",
    "subject": "subject,title,topic,summary,reason,asunto,titulo,tema,motivo,resumen",
    "body": "body,text,message,content,note,notes,description,comments,texto,mensaje,contenido,"
    "nota,notas,descripcion,comentarios,observaciones,detalle",
    "author": "author,user,owner,agent,assigned to,created by,autor,usuario,agente,comercial,"
    "responsable,vendedor,asignado a,creado por",
}
COSTS = {
    "month": "month,mes,period,periodo,date,day,fecha,dia,week,semana,reporting starts,"
    "inicio del informe,mois",
    "source": "source,utm source,origin,channel,platform,network,publisher,supplier,vendor,medium,"
    "fuente,origen,canal,plataforma,red,medio,soporte,proveedor",
    "campaign": "campaign,campaign name,utm campaign,campana,nombre de la campana,nombre campana,"
    "accion",
    "amount": "amount,cost,costs,spend,spent,amount spent,total cost,total spend,expense,"
    "importe,coste,costo,costes,costos,gasto,gastos,gastado,importe gastado,inversion,total",
    "purpose": "purpose,goal,objetivo,finalidad,destino,para",
    "currency": "currency,currency code,moneda,divisa",
    "note": "note,notes,description,concept,nota,notas,descripcion,concepto,detalle,observaciones",
}
_WORDS = {
    "customers": CUSTOMERS,
    "products": PRODUCTS,
    "orders": ORDERS,
    "interactions": INTERACTIONS,
    "costs": COSTS,
}
# Parts of a heading that mean the field wherever they stand, from the surest on.
_PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "customers": {
        "email": ("email", "correo", "courriel"),
        "phone": ("telefono", "phone", "movil", "mobile", "celular", "tlf", "telephone"),
        "postal_code": ("codigo postal", "postal code", "postcode", "zip"),
        "birth_date": ("nacimiento", "birth"),
        "tax_id": ("nif", "cif", "vat number", "tax id"),
    },
    "orders": {
        "ordered_at": ("fecha", "date", "timestamp"),
        "quantity": ("cantidad", "quantity", "unidades", "qty"),
        "unit_price": ("precio", "unit price"),
        "customer_email": ("email", "correo"),
    },
    "products": {"price": ("precio", "price", "pvp"), "cost": ("coste", "costo", "cost")},
    "interactions": {"at": ("fecha", "date"), "customer_email": ("email", "correo")},
    "costs": {
        "amount": ("amount spent", "importe gastado", "cost", "coste", "gasto", "spend"),
        "campaign": ("campaign name", "nombre campana", "nombre de la campana"),
        "month": ("mes", "month"),
    },
}
_FILLERS = frozenset(
    {"de", "del", "la", "el", "los", "las", "the", "of", "un", "una", "your", "su"}
)


@lru_cache
def _index(kind: str) -> Mapping[str, str]:
    """Target by heading; the first of a heading with two meanings counts."""
    index: dict[str, str] = {}
    for target, words in _WORDS[kind].items():
        for heading in words.split(","):
            index.setdefault(heading, target)
            index.setdefault(_bare(heading), target)
    return index


def _bare(heading: str) -> str:
    return " ".join(word for word in heading.split() if word not in _FILLERS)


def meaning(kind: str, heading: str) -> str | None:
    """The target of a heading in plain words."""
    index = _index(kind)
    return index.get(heading) or index.get(_bare(heading))


def hint(kind: str, heading: str) -> str | None:
    """The target that a part of the heading points to."""
    words = f" {heading} "
    for target, parts in _PARTS[kind].items():
        if any(f" {part} " in words for part in parts):
            return target
    return None
