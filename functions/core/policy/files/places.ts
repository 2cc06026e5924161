import type { Place } from "../../catalogue.ts";

// The longest names of regions have 14 characters; no region and no account of these names exists.
const NOWHERE: Place = { accountId: "000000000000", region: "xx-nowherest-9" };

const REGION = /\b[a-z]{2,4}(?:-[a-z]+){1,2}-\d\b/g;

/** An ARN with its placeholders filled in. */
export const fillIn = (arn: string, { accountId, region }: Place): string =>
  arn.replaceAll("{account}", accountId).replaceAll("{region}", region);

export const inNowhere = (arn: string): string => fillIn(arn, NOWHERE);

/**
 * The places where two ARNs of a catalogue could turn out to be one: each account and region that is written out in
 * any of them, since Latchkey may be deployed to just that one, and, first, one that is written nowhere.
 */
export function placesOf(arns: readonly string[]): Place[] {
  const found = (pattern: RegExp, other: string) =>
    new Set([other, ...arns.flatMap((arn) => arn.match(pattern) ?? [])]);
  const regions = [...found(REGION, NOWHERE.region)];
  return [...found(/\d{12}/g, NOWHERE.accountId)].flatMap((accountId) =>
    regions.map((region) => ({ accountId, region })),
  );
}

/** An ARN and where it is written. */
export type WrittenArn<T> = { arn: string; where: T };
export type Clash<T> = { where: T; with: T; place?: Place };

/**
 * Every ARN that means the same as an earlier one somewhere Latchkey could be deployed to, each once. `place` is set
 * when the two are written differently. `spelling` brings ARNs of one meaning to one text.
 */
export function clashesOf<T>(
  written: readonly WrittenArn<T>[],
  spelling: (arn: string) => string,
): Clash<T>[] {
  const clashes = new Map<T, Clash<T>>();
  for (const place of placesOf(written.map(({ arn }) => arn))) {
    const seen = new Map<string, WrittenArn<T>>();
    for (const each of written) {
      const text = spelling(fillIn(each.arn, place));
      const earlier = seen.get(text);
      if (!earlier) seen.set(text, each);
      else if (!clashes.has(each.where)) {
        const same = spelling(earlier.arn) === spelling(each.arn);
        clashes.set(each.where, { where: each.where, with: earlier.where, ...(same ? {} : { place }) });
      }
    }
  }
  return [...clashes.values()];
}

/** ` in account … and region …` when two ARNs are the same only there. */
export const inPlaceText = (place: Place | undefined): string =>
  place ? ` when Latchkey is deployed to account ${place.accountId}, region ${place.region}` : "";
