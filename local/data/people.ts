import { type Country, email, nationalId, payoutAccount, phone } from "./identities.ts";
import { family, given, special } from "./names.ts";
import { everyLine, type Line, policyNumber } from "./products.ts";
import { chance, date, digits, int, isoDay, pick, type Rng, weighted } from "./random.ts";

/** A made-up policy holder; every field is ready to print. */
export type Person = Readonly<{
  customerId: string;
  name: string;
  birthDate: string;
  email: string;
  phone: string;
  address: string;
  country: Country;
  nationalId: string;
  account: string;
  policy: string;
  line: Line;
}>;

/** Towns and streets are invented, the postal codes unassigned. */
const addresses: Readonly<Record<Country, (rng: Rng) => string>> = {
  US: (rng) => {
    const unit = chance(rng, 0.3) ? `, Apt ${int(rng, 1, 48)}` : "";
    const town = pick(rng, [
      "Cedar Hollow, OR",
      "Marlow Springs, TX",
      "Eastwick Harbor, MA",
      "Pine Ferry, WA",
    ]);
    return `${int(rng, 12, 9_800)} ${pick(rng, ["Juniper Ln", "Old Mill Rd", "Harvest Ave", "Lantern St"])}${unit}, ${town} 000${digits(rng, 2)}`;
  },
  // No real postcode ends in a group with the letters C, I, K, M, O or V.
  GB: (rng) =>
    `${chance(rng, 0.2) ? `Flat ${int(rng, 1, 30)}\n` : ""}${int(rng, 1, 180)} ${pick(rng, ["Rookery Lane", "Saltmarsh Row", "Abbot's Walk"])}, ${pick(rng, ["Wexcombe", "Little Harding", "Port Allan"])} ${pick(rng, ["WX", "LH", "PA"])}${int(rng, 1, 20)} ${int(rng, 1, 9)}${pick(rng, ["CK", "MV", "OI"])}`,
  DE: (rng) =>
    `${pick(rng, ["Lindengäßchen", "Am Mühlbach", "Straße der Färber"])} ${int(rng, 1, 120)}, 00${digits(rng, 3)} ${pick(rng, ["Neuwalden", "Grünstädt"])}`,
  FR: (rng) =>
    `${int(rng, 1, 90)} ${chance(rng, 0.2) ? "bis " : ""}${pick(rng, ["rue de l'Écluse", "allée des Mûriers"])}, 00${digits(rng, 3)} ${pick(rng, ["Saint-Aubert", "Villeneuve-les-Prés"])}`,
};

const named = (rng: Rng, country: Country, index: number): readonly [string, string] => {
  // By position rather than by chance, so that even a small file has some.
  const odd = index % 20 === 3 ? special[Math.floor(index / 20) % special.length] : undefined;
  if (odd) return odd;
  const name = `${pick(rng, given[country])} ${pick(rng, family[country])}`;
  return [name, name];
};

/** The holder at `index`, counted from 0, which is customer C-000001. */
export const person = (rng: Rng, index: number): Person => {
  const country = weighted<Country>(rng, [
    ["US", 45],
    ["GB", 33],
    ["DE", 13],
    ["FR", 9],
  ]);
  const [name, romanised] = named(rng, country, index);
  const birth = date(rng, "1941-01-01", "2006-01-01");
  const line = pick(rng, everyLine);
  return {
    customerId: `C-${String(index + 1).padStart(6, "0")}`,
    name,
    birthDate: isoDay(birth),
    email: email(rng, romanised),
    phone: phone(rng, country),
    address: addresses[country](rng),
    country,
    nationalId: nationalId(rng, country, birth),
    account: payoutAccount(rng, country),
    policy: policyNumber(rng, line),
    line,
  };
};
