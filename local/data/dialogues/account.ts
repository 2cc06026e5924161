import type { Dialogue, Exchange } from "./dialogue.ts";

const aboutCover: Exchange = [
  "Am I still covered in the meantime?",
  "Yes. Cover goes on, and you would get a letter well before anything changes.",
];
const aboutInvoice: Exchange = [
  "Could I have an invoice?",
  "It is in the app under Documents, and I have sent it to [EMAIL] as well.",
];

/** Premiums and the customer's account. */
export const accountDialogues: readonly Dialogue[] = [
  {
    intent: "billing",
    language: "en",
    weight: 5,
    lines: ["home", "motor", "pet", "renters", "device"],
    openings: [
      "I was charged twice this month!",
      "why are there two charges of {amount}?",
      "You took the premium for {product} two times.",
    ],
    answers: [
      "I see two bookings of {amount}. One is the premium, the other was a retry after a bank error on {past}; it is on its way back and should arrive by {date}.",
      "You are right, and I'm sorry. The second {amount} goes back today and should be on your account by {date}.",
    ],
    followUps: [
      aboutInvoice,
      [
        "Do I get something for the trouble?",
        "If your bank charged a fee, send us the statement and we pay it.",
      ],
      [
        "Will this happen again next month?",
        "No. The retry is switched off for your contract until the bank has confirmed.",
      ],
    ],
  },
  {
    intent: "billing",
    language: "en",
    weight: 4,
    lines: ["home", "motor", "pet", "renters"],
    openings: [
      "My direct debit failed, what do I have to do?",
      "I got a reminder although I always pay on time.",
      "payment of {amount} was returned, can you try again?",
    ],
    answers: [
      "The debit of {amount} was returned by your bank on {past}. Nothing is lost: we try again on {date}, or you pay by card in the app today.",
      "The reminder crossed with a returned debit. We book again on {date} and you can ignore the letter.",
    ],
    followUps: [
      aboutCover,
      aboutInvoice,
      ["Is there a fee for that?", "No, the first returned debit is free."],
    ],
  },
  {
    intent: "billing",
    language: "en",
    weight: 3,
    lines: ["home", "motor", "renters"],
    openings: [
      "Can I switch from yearly to monthly payments?",
      "I'd rather pay {product} in instalments.",
      "monthly instead of yearly, how?",
    ],
    answers: [
      "That works from the next due date, {date}. Monthly payment costs 3% more over the year. Shall I note it?",
      "Yes, from {date}. The first two instalments are debited together.",
    ],
    followUps: [
      ["Yes please.", "Done. You will get the payment plan within {days} working days."],
      aboutInvoice,
    ],
  },
  {
    intent: "account_access",
    language: "en",
    weight: 5,
    lines: ["home", "motor", "travel", "pet", "device", "renters"],
    openings: [
      "I can't log in to the app, the code never arrives.",
      "my account is locked",
      "The app says too many attempts.",
    ],
    answers: [
      "The codes go to [PHONE]. I have reset the counter, please ask for a new code and wait a full minute.",
      "The account was locked after five wrong codes. I unlocked it; please sign in again and choose a new password.",
    ],
    followUps: [
      ["It works now.", "Good. If you use more than one phone, switch on notifications on each of them."],
      [
        "I have a new phone number.",
        "Then we confirm your identity with a letter that we send today; it arrives within {days} working days.",
      ],
    ],
  },
  {
    intent: "documents",
    language: "en",
    weight: 4,
    lines: ["home", "motor", "travel", "renters"],
    openings: [
      "How do I get my insurance certificate as a PDF?",
      "I need proof of insurance for {product} by {date}.",
      "where are my policy documents?",
    ],
    answers: [
      "In the app open Contracts, then {product}, then Certificate. I also sent it to [EMAIL].",
      "I have just sent it to [EMAIL]. It is valid without a signature.",
    ],
    followUps: [
      [
        "Can I have it in another language?",
        "Yes, in English, German, Spanish and French. Choose it above the download button.",
      ],
      [
        "The file doesn't open.",
        "Please try again from a computer; the password is your date of birth as eight digits.",
      ],
    ],
  },
];
