import { chance, date, int, isoSecond, type Rng, random, shuffled } from "./random.ts";

/** One item of the feature table; (`entity`, `feature`) is its primary key. Fits lib-dynamodb as it is. */
export type FeatureItem = Readonly<{
  /** customer#C-000123 */
  entity: string;
  /** claims_90d#v3: a new definition is a new version, never a new meaning of the old one */
  feature: string;
  value: number;
  /** ISO time, UTC, whole seconds */
  updatedAt: string;
  /** the time the value looks back over, such as 90d */
  window: string;
  /** the job or store the value comes from */
  source: string;
}>;

type Definition = Readonly<{ feature: string; window: string; source: string; value: (rng: Rng) => number }>;

const score = (rng: Rng) => int(rng, 0, 1_000) / 1_000;
/** Small numbers often, large ones seldom. A product of uniforms, because Math.log may differ by engine. */
const skewed = (rng: Rng, max: number) => Math.floor(rng() * rng() * rng() * (max + 1));

const definitions: readonly Definition[] = [
  { feature: "claims_90d#v3", window: "90d", source: "claims-etl", value: (rng) => skewed(rng, 4) },
  { feature: "claims_365d#v3", window: "365d", source: "claims-etl", value: (rng) => skewed(rng, 9) },
  {
    feature: "paid_amount_365d#v2",
    window: "365d",
    source: "claims-etl",
    value: (rng) => skewed(rng, 2_400_000) / 100,
  },
  {
    feature: "loss_ratio_36m#v4",
    window: "36m",
    source: "actuarial-batch",
    value: (rng) => skewed(rng, 2_500) / 1_000,
  },
  {
    feature: "premium_total_12m#v2",
    window: "12m",
    source: "billing-stream",
    value: (rng) => int(rng, 9_600, 310_000) / 100,
  },
  {
    feature: "late_payments_365d#v1",
    window: "365d",
    source: "billing-stream",
    value: (rng) => skewed(rng, 7),
  },
  { feature: "contacts_30d#v1", window: "30d", source: "support-stream", value: (rng) => skewed(rng, 12) },
  {
    feature: "csat_mean_180d#v2",
    window: "180d",
    source: "support-stream",
    value: (rng) => int(rng, 10, 50) / 10,
  },
  { feature: "policies_active#v1", window: "now", source: "policy-admin", value: (rng) => int(rng, 1, 4) },
  {
    feature: "tenure_months#v1",
    window: "lifetime",
    source: "policy-admin",
    value: (rng) => int(rng, 1, 240),
  },
  { feature: "churn_score_30d#v5", window: "30d", source: "churn-model", value: score },
  {
    feature: "fraud_score_90d#v2",
    window: "90d",
    source: "fraud-model",
    value: (rng) => (chance(rng, 0.04) ? score(rng) : skewed(rng, 250) / 1_000),
  },
];

const perCustomer = 4;

/** Exactly `count` items, four to a customer (the last customer takes what is left), in order of customer. */
export const features = (seed: number, count = 1_200): FeatureItem[] => {
  const rng = random(seed, "features");
  const items: FeatureItem[] = [];
  for (let customer = 1; items.length < count; customer++) {
    const chosen = shuffled(rng, definitions).slice(0, Math.min(perCustomer, count - items.length));
    for (const definition of chosen) items.push(item(rng, customer, definition));
  }
  return items;
};

const item = (rng: Rng, customer: number, { feature, window, source, value }: Definition): FeatureItem => ({
  entity: `customer#C-${String(customer).padStart(6, "0")}`,
  feature,
  value: value(rng),
  updatedAt: isoSecond(date(rng, "2026-03-24", "2026-04-01")),
  window,
  source,
});
