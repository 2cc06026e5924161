import { digits, int, pick, type Rng } from "./random.ts";

export type Line = "home" | "motor" | "travel" | "pet" | "device" | "renters";

/** What Northwind Mutual sells, by line of business; the code is the middle part of a policy number. */
const products: Readonly<Record<Line, { code: string; names: readonly string[] }>> = {
  home: { code: "HOM", names: ["Harbor Home", "Harbor Home Plus"] },
  motor: { code: "MOT", names: ["Roadwise Motor", "Roadwise Third Party"] },
  travel: { code: "TRV", names: ["Wayfarer Single Trip", "Wayfarer Annual"] },
  pet: { code: "PET", names: ["Companion Pet", "Companion Pet Lifetime"] },
  device: { code: "DEV", names: ["Pocket Device Cover"] },
  renters: { code: "REN", names: ["Keystone Renters"] },
};

export const everyLine: readonly Line[] = ["home", "motor", "travel", "pet", "device", "renters"];

/** NM-HOM-4182301 */
export const policyNumber = (rng: Rng, line: Line) =>
  `NM-${products[line].code}-${int(rng, 1, 9)}${digits(rng, 6)}`;

export const productName = (rng: Rng, line: Line) => pick(rng, products[line].names);
