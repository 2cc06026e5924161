import type { Dialogue } from "./dialogue.ts";

/** What a contract covers, and changing or ending it. */
export const contractDialogues: readonly Dialogue[] = [
  {
    intent: "coverage_question",
    language: "en",
    weight: 8,
    lines: ["home", "renters"],
    openings: [
      "Am I covered if my cousin stays in the house while we are away?",
      "Does {product} include accidental damage by kids? Can't find it in the terms",
      "Quick question: is a bicycle in the hallway part of {product}?",
      "Would {product} pay for food in the freezer after a power cut?",
    ],
    answers: [
      "Yes, that is covered up to {limit} a year with an excess of {excess}. The condition is that you tell us within {days} days.",
      "It is, in section 4 of the terms. For {product} the limit per event is {limit}.",
    ],
    followUps: [
      [
        "Where is that in the terms?",
        "Section 4, 'What we pay for', second paragraph. The document is in the app under Contracts.",
      ],
      [
        "Can I get a higher limit?",
        "You can raise it from next month. The difference is small, and I can send a quote without obligation.",
      ],
    ],
  },
  {
    intent: "coverage_question",
    language: "en",
    weight: 6,
    lines: ["travel"],
    openings: [
      "Before I book: does my policy pay if I have to cancel?",
      "Is skiing included in {product}?",
      "am I covered for a hospital stay outside the country?",
    ],
    answers: [
      "Yes, up to {limit} for each trip, less the excess of {excess}.",
      "It is included as long as the trip is shorter than 90 days and nobody advised against travelling there when you left.",
    ],
    followUps: [
      [
        "And if my mother falls ill and I stay at home?",
        "Illness of close family counts, with a doctor's letter.",
      ],
      [
        "Do I need to take papers with me?",
        "The certificate in the app is enough. The emergency number is on it.",
      ],
    ],
  },
  {
    intent: "renewal_price",
    language: "en",
    weight: 8,
    lines: ["home", "motor", "pet"],
    openings: [
      "My renewal went up by a lot. Why, if I had no claims?",
      "I got a renewal letter for {amount}. Is there anything cheaper?",
      "Renewal is on {date} and I'm comparing offers. What can you do?",
    ],
    answers: [
      "Costs in your area rose over the year, which moved the base premium. Your no-claims discount did improve. With an excess of {excess} you would save about a tenth.",
      "I compared the options: the same cover, paid yearly and with an excess of {excess}, is the lowest I can offer for {product}.",
    ],
    followUps: [
      [
        "What do I lose with the higher excess?",
        "Only that you pay the first {excess} of each event yourself. Everything else stays.",
      ],
      ["Can I think about it?", "Of course, the offer stands until {date}. I saved it in your inbox."],
      [
        "OK, please change it.",
        "Done, from the renewal date. You will get the new schedule within {days} working days.",
      ],
    ],
  },
  {
    intent: "change_details",
    language: "en",
    weight: 6,
    lines: ["home", "renters"],
    openings: [
      "We're moving on {date}, how do I change the address?",
      "new address from {date}: [ADDRESS]",
      "My flatmate moved in with me, do you need to know?",
    ],
    answers: [
      "Thanks for telling us. I have prepared the change for {date}; you get the new schedule within {days} working days.",
      "I can do that here. The premium is worked out again for the new situation and you may say no to it until {date}.",
    ],
    followUps: [
      [
        "Are both flats insured during a move?",
        "Yes, for up to two months, including the transport in your own car.",
      ],
      [
        "Does it cost anything?",
        "The change itself is free. Only the premium may differ, as shown in the confirmation.",
      ],
    ],
  },
  {
    intent: "change_details",
    language: "en",
    weight: 4,
    lines: ["motor"],
    openings: [
      "I'd like to add my partner as a driver.",
      "My daughter passed her test, can she drive our car?",
      "please add a second driver to {product}",
    ],
    answers: [
      "I can do that here. The premium rises by {excess} a year from {date}. Do you agree?",
      "Of course. For a driver under 25 the excess is {excess}; for all others it stays as it is. I have prepared it for {date}.",
    ],
    followUps: [
      ["Yes, go ahead.", "Thank you, it is done. The reference is {order}."],
      [
        "Only for a weekend, is that possible?",
        "Yes, up to {days} days at a time without a change to the contract; just send us the dates before.",
      ],
    ],
  },
  {
    intent: "cancel_policy",
    language: "en",
    weight: 5,
    lines: ["motor", "device", "pet", "renters"],
    openings: [
      "How do I cancel {product}?",
      "I don't need {product} any more and want to cancel.",
      "i found a cheaper insurer, please cancel as soon as possible",
    ],
    answers: [
      "You can cancel as of {date}. We return the unused premium, about {amount}, to the account it was paid from.",
      "I'm sorry to see you go. I noted the cancellation for {date}; the confirmation is in your inbox.",
    ],
    followUps: [["Do I need to write a letter?", "No, this message is enough."]],
  },
];
