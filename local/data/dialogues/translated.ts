import type { Dialogue } from "./dialogue.ts";

/** The most frequent subjects of customers who write in German, Spanish or French. */
export const translatedDialogues: readonly Dialogue[] = [
  {
    intent: "claim_status",
    language: "de",
    weight: 7,
    lines: ["home", "motor", "renters"],
    openings: [
      "wie steht es um meinen Schaden vom {past}?",
      "ich warte seit {days} Tagen auf eine Antwort zu meinem Schaden.",
      "können Sie den Stand meiner Meldung zu {product} prüfen?",
    ],
    answers: [
      "Schaden {claim} liegt seit dem {past} bei der Sachbearbeitung. Die Entscheidung kommt spätestens am {date}.",
      "Schaden {claim} ist genehmigt. {amount} gehen heute auf Ihr Konto.",
    ],
    followUps: [
      ["Wird die Selbstbeteiligung abgezogen?", "Ja, einmal pro Ereignis, bei Ihnen {excess}."],
      ["Fehlen noch Unterlagen?", "Nein, es ist alles da. Bitte bewahren Sie die Rechnungen noch auf."],
    ],
  },
  {
    intent: "billing",
    language: "de",
    weight: 4,
    lines: ["home", "motor", "pet"],
    openings: [
      "mir wurden am {past} zweimal {amount} abgebucht.",
      "warum wurde der Beitrag für {product} doppelt eingezogen?",
    ],
    answers: [
      "Die zweite Buchung war ein Bankfehler. {amount} sind bis zum {date} wieder auf Ihrem Konto.",
      "Das tut mir leid. Der doppelte Betrag geht heute zurück, spätestens am {date} ist er bei Ihnen.",
    ],
    followUps: [
      ["Bin ich so lange versichert?", "Ja, der Schutz läuft ohne Unterbrechung weiter."],
      [
        "Kann ich eine Rechnung bekommen?",
        "Sie liegt in der App unter Dokumente, zusätzlich ging sie an [EMAIL].",
      ],
    ],
  },
  {
    intent: "claim_status",
    language: "es",
    weight: 6,
    lines: ["home", "motor", "travel"],
    openings: [
      "¿cómo va mi parte del {past}?",
      "llevo {days} días esperando respuesta sobre mi siniestro.",
      "quería saber el estado de mi reclamación de {product}.",
    ],
    answers: [
      "El siniestro {claim} está con el perito desde el {past}. Tendrá la decisión antes del {date}.",
      "El siniestro {claim} está aprobado: recibirá {amount} antes del {date}.",
    ],
    followUps: [
      ["¿Tengo que enviar algo más?", "No, por ahora está todo. Guarde las facturas hasta el cierre."],
      ["¿Se descuenta la franquicia?", "Sí, {excess} una sola vez por siniestro."],
    ],
  },
  {
    intent: "coverage_question",
    language: "es",
    weight: 4,
    lines: ["home", "renters"],
    openings: [
      "¿{product} cubre la rotura de cristales?",
      "una duda: ¿entran los daños por agua del vecino?",
      "¿estoy cubierto si me roban la bicicleta del trastero?",
    ],
    answers: [
      "Sí, hasta {limit} al año y con una franquicia de {excess}.",
      "Está incluido siempre que avise en un plazo de {days} días. El límite por siniestro es de {limit}.",
    ],
    followUps: [
      [
        "¿Dónde lo pone?",
        "En el apartado 4 de las condiciones; el documento está en la aplicación, en Contratos.",
      ],
      [
        "¿Puedo ampliar la cobertura?",
        "Sí, desde el mes que viene. Le dejo un presupuesto sin compromiso en su buzón.",
      ],
    ],
  },
  {
    intent: "report_claim",
    language: "fr",
    weight: 5,
    lines: ["home", "renters"],
    openings: [
      "je dois déclarer un dégât des eaux survenu le {past}.",
      "l'eau coule du plafond, que faire en premier ?",
      "une fenêtre a été cassée par la tempête, est-ce ici pour déclarer ?",
    ],
    answers: [
      "J'ai ouvert le sinistre {claim} : prenez des photos avant de ranger et gardez les factures.",
      "Vous êtes au bon endroit. Votre référence est {claim} ; vous pouvez ajouter les photos dans l'application jusqu'au {date}.",
    ],
    followUps: [
      [
        "Puis-je appeler un artisan tout de suite ?",
        "Oui, les travaux urgents jusqu'à {limit} ne demandent pas d'accord.",
      ],
      ["Ma prime va-t-elle augmenter ?", "Pas cette année. La franchise est de {excess} par sinistre."],
    ],
  },
  {
    intent: "cancel_policy",
    language: "fr",
    weight: 4,
    lines: ["motor", "device", "pet"],
    openings: [
      "comment résilier {product} ?",
      "je n'ai plus besoin de {product} et je veux résilier.",
      "j'ai trouvé moins cher ailleurs, merci de résilier mon contrat.",
    ],
    answers: [
      "La résiliation est possible au {date}. Nous remboursons la prime non utilisée, soit {amount}.",
      "C'est noté pour le {date}. Vous recevrez {amount} sur le compte habituel.",
    ],
    followUps: [
      ["Faut-il envoyer une lettre ?", "Non, ce message suffit. La confirmation est dans votre messagerie."],
      ["Et si je reviens plus tard ?", "Votre ancienneté est conservée pendant sept ans."],
    ],
  },
];
