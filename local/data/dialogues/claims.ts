import type { Dialogue } from "./dialogue.ts";

/** A loss is reported, and what is going on with it. */
export const claimDialogues: readonly Dialogue[] = [
  {
    intent: "claim_status",
    language: "en",
    weight: 15,
    lines: ["home", "motor", "travel", "pet", "device", "renters"],
    openings: [
      "I sent in a claim on {past} and have heard nothing since. Where does it stand?",
      "any news on my claim? it's been {days} days",
      "Can you check the status of my {product} claim, please?",
      "The app says my claim is under review. What does that mean exactly?",
    ],
    answers: [
      "Claim {claim} has been with an adjuster since {past}. All documents are there, and the decision is due by {date}.",
      "I see claim {claim}. The review is nearly done, only the second signature is missing. You should have the decision within {days} working days.",
      "Good news: claim {claim} was approved today. {amount} will be on your account by {date}.",
    ],
    followUps: [
      [
        "Can it go any faster?",
        "If waiting makes the damage worse, tell me how and I add a note for the adjuster. Otherwise claims are handled in order of arrival.",
      ],
      [
        "Who is working on it?",
        "The team for {product}. I may not give names here, but a reply to their last letter reaches them.",
      ],
      [
        "Do I have to send anything else?",
        "No, nothing is missing at the moment. Please keep all receipts until the claim is closed.",
      ],
      [
        "Does the excess come off the amount?",
        "Yes. Your contract has an excess of {excess}, which we deduct once per event.",
      ],
    ],
  },
  {
    intent: "report_claim",
    language: "en",
    weight: 9,
    lines: ["home", "renters"],
    openings: [
      "I need to report water damage in the kitchen that we found on {past}.",
      "there's water coming through the ceiling, what do I do first??",
      "A window broke in the storm and the carpet is soaked. Is this where I make a claim?",
      "We came home and the back door had been forced. How do I report this?",
    ],
    answers: [
      "I'm sorry to hear that. Please stop further damage if it is safe, take photos before you clear up, and keep receipts. I have opened claim {claim} for you.",
      "First: is everybody safe? For the claim I need the date, what happened in two or three sentences, and photos. Your reference is {claim}.",
      "That is the right place. I opened claim {claim}. You can upload photos from your phone in the app under Claims.",
    ],
    followUps: [
      [
        "Can I get somebody in tonight or do I need your approval?",
        "Emergency work up to {limit} needs no approval. Please ask for an itemised invoice and a photo of the cause.",
      ],
      [
        "Will my premium go up?",
        "One claim does not change your premium during this insurance year. At renewal the no-claims discount may be one step lower.",
      ],
      ["How long do I have for the photos?", "Until {date}. If you need longer, just tell us."],
      [
        "Should I keep the damaged things?",
        "Yes please, or at least photograph them from two sides with the brand and model visible.",
      ],
    ],
  },
  {
    intent: "report_claim",
    language: "en",
    weight: 7,
    lines: ["motor"],
    openings: [
      "Someone hit my parked car last night and left a note. How do I report it?",
      "I had an accident on {past}, another driver ran into the back of me.",
      "scraped a wall in the car park, do I need to tell you?",
    ],
    answers: [
      "I hope nobody was hurt. I have opened claim {claim}. Please add photos of the damage, and the other party's registration if you have it.",
      "Thanks for telling us right away. Your reference is {claim}. The car can be driven if the lights and doors work; otherwise I arrange a tow.",
    ],
    followUps: [
      [
        "Nobody is hurt. The police took a report, do you need it?",
        "The report number is enough for now. Add it in the app under claim {claim}.",
      ],
      [
        "Can I choose the repair shop?",
        "Yes. With one of our partners the car is collected and the excess of {excess} is billed later; anywhere else we need a quote first.",
      ],
      [
        "Do I get a hire car?",
        "For up to {days} days while the repair lasts. The partner shop has one ready when the date is fixed.",
      ],
    ],
  },
  {
    intent: "report_claim",
    language: "en",
    weight: 6,
    lines: ["pet"],
    openings: [
      "My dog needs an operation, what do I have to send you?",
      "The vet bill from {past} is {amount}. How do I claim it?",
      "our cat ate something, we're at the clinic. do you pay them directly?",
    ],
    answers: [
      "Poor thing, I hope it goes well. I opened claim {claim}: the invoice and the vet's notes of the visit are all we need. Many clinics send them straight to us.",
      "We pay the clinic directly if it asks us before the treatment; give them reference {claim}. Otherwise upload the invoice in the app.",
    ],
    followUps: [
      ["Is there a yearly limit?", "Yes, {limit} with your contract. Check-ups count separately."],
      [
        "What about the follow-up visits?",
        "They belong to the same claim and the excess of {excess} is not taken twice.",
      ],
    ],
  },
  {
    intent: "report_claim",
    language: "en",
    weight: 5,
    lines: ["travel"],
    openings: [
      "My flight on {past} was cancelled and the airline only offers a voucher.",
      "I'm ill and can't travel on {date}. What do I do?",
      "Our suitcase never arrived, I'd like to claim.",
    ],
    answers: [
      "I'm sorry about that. I opened claim {claim}. Please send the booking, the written confirmation of what happened, and whatever the carrier pays you.",
      "Understood, your reference is {claim}. Please tell the carrier or hotel at once, since a late cancellation may cost more than we can pay.",
    ],
    followUps: [
      [
        "Is a screenshot of the booking enough?",
        "Yes, as long as the names, dates and the price can be read.",
      ],
      ["How much do I get?", "The costs that nobody refunds, up to {limit}, less the excess of {excess}."],
      [
        "Are my friends covered as well?",
        "Only people named in the policy. Friends would claim with their own insurer.",
      ],
    ],
  },
];
