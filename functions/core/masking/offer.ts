import type { MaskedOffer } from "../api/schemas.ts";
import type { Resource } from "../catalogue.ts";

/** What an agent must know to read a resource masked: which columns there are and what becomes of each. */
export function maskedOffer(
  { masking }: Resource,
  approval: MaskedOffer["approval"],
): MaskedOffer | undefined {
  if (!masking) return undefined;
  const { fields, filters, caps } = masking;
  return {
    approval,
    columns: fields.map(({ path, method, class: of }) => ({ path, ...(of ? { class: of } : {}), method })),
    filters: Object.entries(filters).map(([column, type]) => ({ column, type })),
    most: caps,
  };
}
