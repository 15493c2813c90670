"""What the buyers of the demo shop write with their requests, each in their own language, and what the sellers note."""

COMMENTS: dict[str, tuple[str, ...]] = {
    "es": (
        "Entrega por la mañana, por favor. El almacén cierra a las 14:00.",
        "¿Podéis incluir el albarán valorado? Gracias.",
        "Si no hay stock de todo, enviad lo que haya y el resto cuando llegue.",
        "Dejar en la obra: calle del Olmo 14, preguntar por Sergio (encargado).",
        "Es urgente, lo necesitamos antes del viernes.",
        "Buenos días:\n\n"
        "Os adelanto el pedido de la semana que viene. Los guantes, por favor, separados en dos bolsas: la talla 9 "
        "para la cuadrilla de Marta y la 10 para la de Julián. Los tornillos pueden ir todos juntos en un palé, pero "
        "sin mezclar las referencias en la misma caja, que la última vez tardamos media mañana en ordenarlas.\n\n"
        "El camión puede entrar por la puerta de atrás (máx. 3,5 t). Si hay algún problema con la fecha, llamadme al "
        "móvil mejor que escribir.\n\n"
        "Un saludo y gracias por la rapidez de siempre.",
    ),
    "de": (
        "Bitte Lieferung frei Baustelle, Anfahrt über die Gartenstraße.",
        "Rechnung bitte wie immer an die Buchhaltung.",
        "Teillieferung ist in Ordnung.",
        "Wenn die Winterhandschuhe in Gr. 10 nicht reichen, gern Gr. 11 dazulegen.",
        "Bitte vor 7:30 Uhr anliefern, danach ist der Hof zugeparkt.",
        "Guten Tag,\n\n"
        "wir brauchen das Material für zwei Baustellen. Könnten Sie die Kartons bitte entsprechend beschriften? Die "
        "Schrauben und Dübel gehen nach Potsdam (Am Kanal 8, Tor 2), alles Übrige in die Werkstatt. Falls das einen "
        "Aufpreis kostet, genügt ein kurzer Anruf, wir sind flexibel.\n\n"
        "Außerdem die Frage: Gibt es die Sägeblätter 250 mm auch mit 80 Zähnen? Dann würden wir beim nächsten Mal "
        "gleich zehn Stück nehmen.\n\n"
        "Mit freundlichen Grüßen und schönes Wochenende",
    ),
    "fr": (
        "Merci de livrer avant mardi, le chantier commence mercredi.",
        "Pouvez-vous confirmer le délai pour l’échelle ?",
        "Livraison à l’atelier, sonner deux fois.",
        "Merci de grouper avec la commande de la semaine dernière si elle n’est pas encore partie.",
        "Bonjour,\n\n"
        "C’est pour l’ouverture de notre deuxième dépôt : nous aurons besoin de quantités comparables tous les mois. "
        "Est-il possible de convenir d’un tarif annuel ? Je joins la liste complète dès que le responsable du magasin "
        "l’aura validée, sans doute vendredi.\n\n"
        "Pour cette fois, une seule livraison, avec hayon si possible (pas de quai).\n\n"
        "Bien cordialement",
    ),
    "hu": (
        "Kérjük, szállítás előtt telefonáljanak.",
        "A számlát e-mailben kérjük.",
        "Ha lehet, még ezen a héten.",
        "Jó napot kívánok! A múltkori csavarok nagyon beváltak, ugyanabból kérünk. A létrát külön csomagolják, kérem, "
        "az egyenesen az újpesti telephelyre megy. Köszönjük a gyors ügyintézést!",
    ),
    "nl": (
        "Graag leveren op de bouwplaats, Kade 22.",
        "Afhalen is ook goed, bel even als het klaarstaat.",
        "Mag in delen geleverd worden.",
        "Hoi, kunnen jullie de messen en de bitjes apart inpakken? Die gaan naar de leerlingen. De rest gewoon op de "
        "grote hoop. Bedankt alvast!",
    ),
    "en": (
        "Please leave it with the neighbour at number 12 if nobody is in.",
        "No rush at all.",
    ),
}

REFERENCES = ("PO-{n}", "{n}/B", "Obra {n}", "BV {n}", "B-{n}", "Lager {n}", "C{n}")

NOTES = (
    "Called: delivery on Thursday is fine.",
    "Waiting for the saw blades, the rest is packed.",
    "Credit limit checked with accounts.",
    "Wants a price for 20 hard cases, offer until Friday.",
    "Packed on two pallets.",
    "Phone number is wrong, the right one is on the invoice.",
)
TWICE_NOTE = "Sent twice by mistake, says the buyer on the phone. One of them can go."
REVIEW_NOTES = (
    "Ask by when they need it before packing.",
    "Stock of one line is short: offer the rest now?",
    "Price of the largest line to be agreed with purchasing.",
)
ERROR_NOTES = (
    "The VAT number is not valid. Asked for the right one.",
    "The carrier brought it back: nobody there. Called twice.",
    "The maker no longer supplies one of the lines. Offered another.",
)
