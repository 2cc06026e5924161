import { claims } from "./claims.ts";
import type { DataObject } from "./objects.ts";
import { int, pick, random } from "./random.ts";

// Findings of no use to anybody: what matters is that they are of a kind that the law protects more than other data.
const findings = [
  "Sprain of the left wrist, healing as expected.",
  "Concussion without lasting effects; rest for two weeks.",
  "Lower back pain after the accident; physiotherapy advised.",
  "Fracture of the collarbone, treated without surgery.",
  "No injury found; anxiety when driving since the accident.",
];

/** `count` medical reports of latest claims, one object each, named after the claim. Nobody in them exists. */
export const medicalReports = (seed: number, count = 24): DataObject[] => {
  const rng = random(seed, "medical");
  return claims(seed)
    .slice(-count)
    .map((claim) => ({
      key: `${claim.claim_id}.txt`,
      body: [
        `Medical report on claim ${claim.claim_id}`,
        `Patient: ${claim.full_name}, customer ${claim.customer_id}`,
        `Finding: ${pick(rng, findings)}`,
        `Unfit for work: ${int(rng, 0, 42)} days`,
        "",
      ].join("\n"),
      contentType: "text/plain",
    }));
};
