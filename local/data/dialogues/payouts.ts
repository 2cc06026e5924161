import type { Dialogue } from "./dialogue.ts";

/** A loss is decided: money, refusals and replacements. */
export const payoutDialogues: readonly Dialogue[] = [
  {
    intent: "claim_payout",
    language: "en",
    weight: 5,
    lines: ["home", "motor", "travel", "pet", "renters"],
    openings: [
      "My claim was paid but the amount is lower than my invoice. Why?",
      "I got {amount} and expected more. Can you explain the calculation?",
      "the payout doesn't match the quote at all",
    ],
    answers: [
      "The invoice was reduced by the excess of {excess} and by one position that is not part of the loss. The statement for {claim} in your inbox lists every line.",
      "I checked the calculation for {claim}: it is the insured share, less the excess of {excess}. Tax is paid once we see the final invoice instead of a quote.",
    ],
    followUps: [
      [
        "I think two items were left out.",
        "Then please send the two positions with their receipts. I reopen {claim} for an additional payment, and nothing is lost by asking.",
      ],
      [
        "Can you pay the company directly?",
        "Yes, with a signed payment instruction. I put the form into your inbox.",
      ],
      ["Is that final?", "You can ask for a second look within six weeks. A different adjuster reads it."],
    ],
  },
  {
    intent: "claim_payout",
    language: "en",
    weight: 4,
    lines: ["home", "motor", "travel", "pet", "renters", "device"],
    openings: [
      "When will the money arrive? The letter says it was approved on {past}.",
      "Still no payment for my claim.",
      "Has the {amount} been sent yet?",
    ],
    answers: [
      "The payment for {claim} left us on {past}. Banks need up to three working days, so please look again on {date}.",
      "It goes out with the next run and should be there by {date}. I see no obstacle in {claim}.",
    ],
    followUps: [
      [
        "My bank details changed.",
        "Please change them in the app under Profile, Bank; for your safety I can't take account numbers in chat.",
      ],
      ["Will I be told?", "Yes, you get a message the moment the bank confirms."],
    ],
  },
  {
    intent: "claim_declined",
    language: "en",
    weight: 5,
    lines: ["home", "renters"],
    openings: [
      "My claim was declined and I don't understand the reason.",
      "You refused to pay?? I've been a customer for years.",
      "The letter says 'gradual damage' is excluded. What does that mean?",
    ],
    answers: [
      "I read the decision on {claim}. The adjuster found that the damage grew over months before {past}, and slow damage is not insured. You may ask for a second look within six weeks.",
      "I'm sorry, I know this is not what you hoped for. The terms of {product} exclude wear and gradual damage; sudden events are covered. If you have evidence of a sudden event, send it and we review {claim} again.",
    ],
    followUps: [
      [
        "What kind of evidence?",
        "A tradesman's short report on the cause helps most, or photos with a date. A sentence or two is enough.",
      ],
      [
        "How do I appeal?",
        "Reply to the letter or write here that you want a review. A different adjuster decides, by {date} at the latest.",
      ],
      [
        "And if you decline again?",
        "Then you can turn to the ombudsman free of charge. The address is on the last page of the letter.",
      ],
    ],
  },
  {
    intent: "replacement_order",
    language: "en",
    weight: 7,
    lines: ["device"],
    openings: [
      "My replacement phone hasn't arrived yet.",
      "Tracking for my replacement hasn't moved since {past}",
      "where is my order? it was promised for {past}",
    ],
    answers: [
      "Order {order} left the warehouse on {past} and is now due on {date}. The carrier had a delay at the depot.",
      "I see order {order}. The model was out of stock, so our partner sends the next larger storage size at no cost; delivery by {date}.",
    ],
    followUps: [
      [
        "Do I have to be at home?",
        "Somebody has to sign. You can choose a parcel shop on the tracking page up to the evening before.",
      ],
      [
        "What about my old device?",
        "Please put it into the padded bag within {days} days, switched off and with the account lock removed.",
      ],
      ["Is the excess charged again?", "No, the {excess} you paid covers this event."],
    ],
  },
  {
    intent: "replacement_order",
    language: "en",
    weight: 3,
    lines: ["device"],
    openings: [
      "The tablet you sent is the wrong colour, can I swap it?",
      "The replacement has a scratch on the back.",
      "I received the wrong model, my claim was for the bigger one.",
    ],
    answers: [
      "Sorry about that. I have asked for a return label for order {order}; the new one ships as soon as the first is scanned.",
      "That should not happen. You can exchange order {order} until {date}, with the same box and free of charge.",
    ],
    followUps: [
      ["Can I keep using it until then?", "Yes. Please reset it before you hand it over."],
      [
        "Which carrier will it be?",
        "The same as before. You get the number by message as soon as the label exists.",
      ],
    ],
  },
];
