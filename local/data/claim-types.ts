import type { Line } from "./products.ts";

/** `least` and `most` bound the amount, in whole units of the claim's currency. */
export type ClaimType = Readonly<{ type: string; least: number; most: number; notes: readonly string[] }>;

/** What may happen, by line of business. Slots: {name}, {phone}, {date}, {amount}. */
export const claimTypes: Readonly<Record<Line, readonly ClaimType[]>> = {
  home: [
    {
      type: "water_damage",
      least: 400,
      most: 38_000,
      notes: [
        "Burst supply line under the kitchen sink, ceiling below stained. Plumber's invoice received, drying report outstanding.",
        'Holder says the boiler "just let go" on {date}. Moisture readings 28%, 31% and 34% in the hallway.',
        "Slow leak behind the shower, probably older than the policy. Asked for photos of the cavity.",
      ],
    },
    {
      type: "storm",
      least: 300,
      most: 52_000,
      notes: [
        "Ridge tiles lifted by the wind on {date}, temporary cover in place. Two quotes: roofer A at {amount}, roofer B pending.",
        "Tree limb through the conservatory. Nobody hurt. Neighbour's tree, recovery to be checked.",
      ],
    },
    {
      type: "burglary",
      least: 250,
      most: 24_000,
      notes: [
        "Back door forced. Police report on file. Jewellery listed without receipts, asked for valuation or photos.",
        "Laptop, camera and a bicycle taken; holder sent serial numbers for two of three.",
      ],
    },
  ],
  motor: [
    {
      type: "collision",
      least: 350,
      most: 29_000,
      notes: [
        "Rear-ended at a junction on {date}. Third party admits fault, insurer's reference to follow.",
        'Holder reversed into a bollard ("it came out of nowhere"). Bumper, sensor, paint. Own damage only.',
        "Both drivers claim a green light. Dashcam footage requested from the holder, reachable on {phone}.",
      ],
    },
    {
      type: "windscreen",
      least: 90,
      most: 1_400,
      notes: [
        "Chip in line of sight, replacement with camera calibration.",
        "Stone chip, repaired at home, no excess.",
      ],
    },
  ],
  travel: [
    {
      type: "cancellation",
      least: 120,
      most: 9_500,
      notes: [
        "Trip cancelled for illness. Doctor's letter is dated {date}, two days before departure. Airline refunded taxes only.",
        "Carrier insolvent. Card issuer is asked first; we cover the remainder up to {amount}.",
      ],
    },
    {
      type: "medical_abroad",
      least: 80,
      most: 41_000,
      notes: [
        "Admitted overnight, discharged {date}. Hospital bill translated; next of kin was called on {phone}.",
        "Fracture on a marked slope. Repatriation not needed, physiotherapy at home is excluded.",
      ],
    },
  ],
  pet: [
    {
      type: "vet_fees",
      least: 60,
      most: 7_800,
      notes: [
        "Cruciate ligament, left hind. Pre-existing limp in the notes of the first visit, asked the practice for history.",
        "Ate a sock. Surgery went well. Invoice itemised, within the yearly limit.",
      ],
    },
  ],
  device: [
    {
      type: "accidental_damage",
      least: 40,
      most: 1_600,
      notes: [
        "Screen cracked, touch works in the upper half only.",
        'Dropped "from the sofa, honestly". Repair centre says liquid.',
      ],
    },
    {
      type: "theft",
      least: 150,
      most: 1_900,
      notes: ["Stolen on a train on {date}. Blocked within the hour, crime reference given."],
    },
  ],
  renters: [
    {
      type: "liability",
      least: 100,
      most: 16_000,
      notes: [
        "Washing machine hose came off, flat below affected. Landlord's insurer wrote on {date}.",
        "Guest slipped on the stairs; {name} disputes the amount. No admission made.",
      ],
    },
    {
      type: "contents",
      least: 80,
      most: 11_000,
      notes: ["Smoke damage from the hob: curtains, rug, repainting. Photos are clear."],
    },
  ],
};

/** Second halves of a note, by status. */
export const closings: Readonly<Record<string, readonly string[]>> = {
  settled: [
    "Paid {amount}, letter sent.",
    "Agreed with the holder by phone, paid the same day.\nFile closed.",
  ],
  declined: [
    "Declined, outside cover.\nHolder told of the right to complain.",
    "Declined: loss before the start of cover.",
  ],
  withdrawn: ["{name} withdrew after hearing the excess.", "Withdrawn; third party paid."],
  approved: ["Approved, payment run next week.", "Approved at {amount} less excess."],
  under_review: [
    "To be reviewed with the team lead.",
    "Called {name} on {phone}, no answer; will try again.",
  ],
  awaiting_documents: [
    "Waiting for:\n- receipts\n- bank details",
    "Reminder sent, documents due in 14 days.",
  ],
};
