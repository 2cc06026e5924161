import { type CountryCode, getCountries, Metadata } from "libphonenumber-js";

/** Of the library's numbering plans what its types leave out. */
type Plan = {
  nationalNumberPattern: () => string;
  nationalPrefix: () => string | undefined;
  callingCode: () => string;
};

function planOf(country: CountryCode): Plan {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  return metadata.numberingPlan as unknown as Plan;
}

/** Whose national numbers are known without a country code: where the library's numbers are masked by those of other countries anyway. */
const HOME = [
  ...(["DE", "AT", "CH", "FR", "BE", "NL", "ES", "PT", "IT", "PL", "SE", "NO", "DK", "FI"] as const),
  ...(["GB", "IE", "US", "BR", "JP", "AU", "IN"] as const),
] as const satisfies readonly CountryCode[];

const national = HOME.map((country) => {
  const plan = planOf(country);
  const prefix = plan.nationalPrefix() ?? "";
  return {
    pattern: new RegExp(`^(?:${plan.nationalNumberPattern()})$`),
    // Where a 0 is dialled first a number is written with it, but in Italy it is part of the number; a 1 is optional.
    prefix: country === "IT" ? "" : prefix,
    needed: prefix === "0" && country !== "IT",
  };
});

/** Whether one of these countries has such a number, written as one writes it there. */
export const isNational = (digits: string): boolean =>
  national.some(({ pattern, prefix, needed }) => {
    const begins = prefix !== "" && digits.startsWith(prefix);
    if (digits.length > (begins ? 14 : 11) || (needed && !begins)) return false;
    return pattern.test(begins ? digits.slice(prefix.length) : digits);
  });

const byCallingCode = new Map<string, RegExp[]>();
for (const country of getCountries()) {
  const plan = planOf(country);
  const known = byCallingCode.get(plan.callingCode()) ?? [];
  byCallingCode.set(plan.callingCode(), [...known, new RegExp(`^0?(?:${plan.nationalNumberPattern()})$`)]);
}

/** Whether a number with its country code, without a +, is of some country's plan. A 0 after the code, as in +49 (0)30, is let pass. */
export const isCallable = (digits: string): boolean =>
  [1, 2, 3].some((length) =>
    (byCallingCode.get(digits.slice(0, length)) ?? []).some((pattern) => pattern.test(digits.slice(length))),
  );
