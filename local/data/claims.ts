import { claimTypes, closings } from "./claim-types.ts";
import { csv, type DataObject, fill, grouped } from "./objects.ts";
import { type Person, person } from "./people.ts";
import { chance, date, int, isoDay, pick, plusDays, type Rng, random, weighted } from "./random.ts";

/** Header of the file, in order. Everything is text, as it is in a CSV. */
export const claimColumns = [
  "claim_id",
  "customer_id",
  "policy_number",
  "full_name",
  "birth_date",
  "email",
  "phone",
  "address",
  "country",
  "national_id",
  "payout_account",
  "claim_type",
  "amount",
  "currency",
  "status",
  "incident_date",
  "reported_date",
  "closed_date",
  "adjuster",
  "adjuster_note",
] as const;

export type ClaimRow = Readonly<Record<(typeof claimColumns)[number], string>>;

const currencies = { US: "USD", GB: "GBP", DE: "EUR", FR: "EUR" } as const;
/** Four quarters: enough for a scope of `2026/` to leave something out. */
const [firstDay, dayAfter] = ["2025-04-01", "2026-04-01"];

/** `count` claims by date of report. The personal data is invented: see identities.ts. */
export const claims = (seed: number, count = 2_000): ClaimRow[] => {
  const rng = random(seed, "claims");
  // Fewer people than claims: some claim twice, with the same data each time.
  const people = Array.from({ length: Math.ceil(count * 0.8) }, (_, index) => person(rng, index));
  const reported = Array.from({ length: count }, () => date(rng, firstDay, dayAfter)).sort((a, b) => +a - +b);
  return reported.map((day, index) => claim(rng, pick(rng, people), { day, number: index + 1 }));
};

const claim = (rng: Rng, holder: Person, report: { day: Date; number: number }): ClaimRow => {
  const { type, least, most, notes } = pick(rng, claimTypes[holder.line]);
  const amount = (least + Math.floor((most - least) * 100 * rng() * rng() * rng()) / 100).toFixed(2);
  const currency = currencies[holder.country];
  const closed = plusDays(report.day, int(rng, 4, 75));
  const status = closed < new Date(dayAfter) ? closedStatus(rng) : openStatus(rng);
  const slots = {
    name: holder.name,
    phone: holder.phone,
    date: isoDay(plusDays(report.day, -int(rng, 0, 9))),
    amount: `${currency} ${amount}`,
  };
  const note = [pick(rng, notes), ...(chance(rng, 0.7) ? [pick(rng, closings[status] ?? [])] : [])].join(" ");
  return {
    claim_id: `CL-${report.day.getUTCFullYear()}-${String(report.number).padStart(6, "0")}`,
    customer_id: holder.customerId,
    policy_number: holder.policy,
    full_name: holder.name,
    birth_date: holder.birthDate,
    email: holder.email,
    phone: holder.phone,
    address: holder.address,
    country: holder.country,
    national_id: holder.nationalId,
    payout_account: holder.account,
    claim_type: type,
    amount,
    currency,
    status,
    incident_date: slots.date,
    reported_date: isoDay(report.day),
    closed_date: closed < new Date(dayAfter) ? isoDay(closed) : "",
    adjuster: `adj-${String(int(rng, 1, 24)).padStart(2, "0")}`,
    adjuster_note: fill(note, slots),
  };
};

const closedStatus = (rng: Rng) =>
  weighted(rng, [
    ["settled", 78],
    ["declined", 15],
    ["withdrawn", 7],
  ]);

const openStatus = (rng: Rng) =>
  weighted(rng, [
    ["under_review", 45],
    ["awaiting_documents", 35],
    ["approved", 20],
  ]);

/** One RFC 4180 file with a header line. */
export const claimsCsv = (rows: readonly ClaimRow[]) =>
  csv([claimColumns, ...rows.map((row) => claimColumns.map((column) => row[column]))]);

/** A file per quarter of report, such as 2026/q1/claims.csv. */
export const csvObjects = (rows: readonly ClaimRow[]): DataObject[] =>
  grouped(rows, (row) => quarter(row.reported_date)).map(([label, inQuarter]) => ({
    key: `${label}/claims.csv`,
    body: claimsCsv(inQuarter),
    contentType: "text/csv; charset=utf-8",
  }));

/** 2026-03-31 → 2026/q1 */
const quarter = (day: string) => `${day.slice(0, 4)}/q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
