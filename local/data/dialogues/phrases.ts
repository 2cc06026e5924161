import type { Exchange, Language } from "./dialogue.ts";

/** What belongs to no subject; `ask` is answered by `give` at the same position. */
type Phrases = Readonly<{
  greet: readonly string[];
  ask: readonly string[];
  give: readonly string[];
  found: readonly string[];
  /** how a conversation ends, by resolution; an abandoned one has no end */
  resolved: readonly Exchange[];
  follow_up: readonly Exchange[];
  escalated: readonly Exchange[];
}>;

// The data has been through the company's redaction, which is why some values are tokens in brackets.
export const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    greet: ["Hi, ", "Hello. ", "Hi there, ", "Good morning. ", "", "", ""],
    ask: [
      "I can help with that. What is your policy number? It starts with NM.",
      "Happy to look. Could you send me the policy number so that I find the right contract?",
      "Let me check. Which {product} policy is it about? The number is on the first page.",
    ],
    give: [
      "{policy}",
      "It's {policy}, under my e-mail [EMAIL].",
      "That would be {policy}. {name} here, by the way.",
    ],
    found: [
      "Thank you, {name}. ",
      "Got it. ",
      "Thanks, I have your {product} policy open. ",
      "Found it. ",
      "",
    ],
    resolved: [
      ["Great, that's all. Thanks!", "You're welcome, {name}. Have a good day."],
      [
        "Perfect, thank you for the quick answer.",
        "Glad I could help. You can reopen this chat for 14 days.",
      ],
      ["ok thanks", "Any time."],
      ["That clears it up, cheers.", "Good to hear. Take care, {name}."],
    ],
    follow_up: [
      [
        "OK, so what happens now?",
        "I opened a task for the team, reference {order}. You will hear from them by {date}.",
      ],
      [
        "Please let me know when it's done.",
        "I will: you get a message at [PHONE] within {days} working days.",
      ],
    ],
    escalated: [
      [
        "I'd rather talk to a person about this.",
        "Of course. I'm passing this to a colleague with our conversation so far, so you need not repeat it.",
      ],
      [
        "This is the third time I explain it. I want to complain.",
        "I'm sorry about that, {name}. I have registered a complaint, reference {order}, and a specialist calls you by {date}.",
      ],
      [
        "That doesn't answer my question.",
        "I understand. A colleague takes over from here; the wait is about {days} minutes.",
      ],
    ],
  },
  de: {
    greet: ["Guten Tag, ", "Hallo, ", "Hallo zusammen, ", ""],
    ask: [
      "Gerne. Wie lautet Ihre Policennummer? Sie beginnt mit NM.",
      "Ich sehe nach. Nennen Sie mir bitte die Nummer Ihres Vertrags {product}.",
    ],
    give: ["{policy}", "Die Nummer ist {policy}."],
    found: ["Danke, {name}. ", "Vielen Dank, ich habe den Vertrag gefunden. ", ""],
    resolved: [
      ["Super, vielen Dank!", "Sehr gern. Einen schönen Tag noch!"],
      ["Alles klar, danke.", "Gern geschehen, {name}."],
    ],
    follow_up: [
      [
        "Und wie geht es jetzt weiter?",
        "Ich habe einen Vorgang angelegt ({order}). Sie hören bis zum {date} von uns.",
      ],
    ],
    escalated: [
      [
        "Ich möchte bitte mit einem Menschen sprechen.",
        "Natürlich. Ich übergebe an eine Kollegin, sie sieht unseren Verlauf.",
      ],
    ],
  },
  es: {
    greet: ["Hola, ", "Buenos días, ", "Buenas tardes, ", ""],
    ask: [
      "Claro. ¿Me indica su número de póliza? Empieza por NM.",
      "Lo reviso enseguida. ¿Cuál es el número de su póliza {product}?",
    ],
    give: ["{policy}", "Sí, es la {policy}."],
    found: ["Gracias, {name}. ", "Perfecto, ya la veo. ", ""],
    resolved: [
      ["Muchas gracias, eso es todo.", "A usted, {name}. Que tenga un buen día."],
      ["Vale, gracias.", "Para eso estamos."],
    ],
    follow_up: [["¿Y ahora qué pasa?", "He abierto la gestión {order}. Tendrá respuesta antes del {date}."]],
    escalated: [
      [
        "Prefiero hablar con una persona.",
        "Por supuesto. Paso la conversación a un compañero para que no tenga que repetirla.",
      ],
    ],
  },
  fr: {
    greet: ["Bonjour, ", "Bonsoir, ", "Bonjour à vous, ", ""],
    ask: [
      "Bien sûr. Quel est votre numéro de contrat ? Il commence par NM.",
      "Je regarde. Pouvez-vous m'indiquer le numéro de votre contrat {product} ?",
    ],
    give: ["{policy}", "C'est le {policy}."],
    found: ["Merci, {name}. ", "Merci, j'ai trouvé votre dossier. ", ""],
    resolved: [
      ["Parfait, merci beaucoup.", "Avec plaisir, {name}. Bonne journée !"],
      ["D'accord, merci.", "Je vous en prie."],
    ],
    follow_up: [
      ["Et maintenant ?", "J'ai ouvert la demande {order}. Vous aurez une réponse avant le {date}."],
    ],
    escalated: [
      [
        "Je voudrais parler à un conseiller.",
        "Bien entendu. Je transmets notre échange à une collègue, vous n'aurez rien à répéter.",
      ],
    ],
  },
};
