import { keptEvent } from "../../functions/core/audit/event.ts";
import type { Finding } from "../../functions/core/audit/verify/finding.ts";
import type { Report } from "../../functions/core/audit/verify/report.ts";
import { storyOf } from "../../functions/core/audit/verify/story.ts";
import { plainText } from "../../functions/core/text.ts";
import { bold, dim, green, red, yellow } from "../progress.ts";

const MOST_SHOWN = 20;

const number = (value: number): string => value.toLocaleString("en-GB");
const many = (value: number, one: string, more = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : more}`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
/** Keys, ids and values come from the record: on a terminal they are text and nothing else. */
const safe = (text: string): string => plainText(text).slice(0, 300);

function whereOf({ place }: Finding): string {
  const parts = [
    place.key,
    place.row === undefined ? undefined : `row ${place.row}`,
    place.event === undefined ? undefined : `event ${place.event}`,
    place.grant === undefined || place.event?.startsWith(place.grant) ? undefined : `grant ${place.grant}`,
    place.sequence === undefined ? undefined : `sequence ${place.sequence}`,
    place.digest === undefined ? undefined : `digest ${place.digest}`,
  ];
  return parts.flatMap((part) => (part ? [safe(part)] : [])).join(", ");
}

/** One finding as lines: what it is, where, what was expected and what was found. */
function findingLines(finding: Finding): string[] {
  const where = whereOf(finding);
  return [
    `${safe(finding.says)} ${dim(`[${finding.code}]`)}`,
    ...(where ? [`    ${where}`] : []),
    ...(finding.expected === undefined ? [] : [`    expected  ${safe(finding.expected)}`]),
    ...(finding.found === undefined ? [] : [`    found     ${safe(finding.found)}`]),
  ];
}

const headline: Record<Report["verdict"], (report: Report) => string> = {
  whole: ({ provenUntil }) =>
    green(`The record is whole up to ${provenUntil}: nothing was changed, dropped or put in.`),
  tampered: () => red("The record is NOT whole: it was changed, or part of it is lost."),
  cannot_tell: () => yellow("Nothing can be said: something could not be judged."),
};

function coverage({ digests, objects, events, grants, days }: Report): string[] {
  const [keys] = [digests.keys.map((kid) => `${kid.slice(0, 12)}…`).join(", ")];
  return [
    `  digests    ${many(digests.believed, "hour")} of ${many(digests.read, "digest")} believed, signed by ${keys || "nobody"}`,
    `  objects    ${number(objects.covered)} of ${number(objects.read)} are as signed, ${megabytes(objects.bytes)}`,
    `  events     ${many(events.read, "event")} on ${many(days, "day")}, ${number(events.read - events.unproven)} of them signed`,
    `  grants     ${many(grants.read, "chain")}, ${number(grants.signed)} of them signed to their end`,
    ...(objects.usage > 0 ? [`  use        ${many(objects.usage, "object")}, checked by hash alone`] : []),
  ];
}

function limits({ verdict, provenUntil, events, objects, digests }: Report): string[] {
  const lines =
    provenUntil === undefined
      ? ["Nothing is proven: no digest could be believed."]
      : [`Proven up to ${provenUntil}; nothing after it is.`];
  if (events.unproven > 0)
    lines.push(
      `${many(events.unproven, "event")} in ${many(objects.uncovered, "object")} ${events.unproven === 1 ? "is" : "are"} in no digest yet.`,
    );
  if (objects.quarantined > 0)
    lines.push(`${many(objects.quarantined, "record")} in quarantine: see runbook export-quarantined.`);
  // Nobody should hold the next record to a digest of one that does not hold itself.
  if (digests.lastHash && verdict !== "tampered")
    lines.push(
      dim(`Last digest: sha256:${digests.lastHash} (hold it elsewhere, and pass it as --digest next time)`),
    );
  return lines;
}

function story({ grant }: Report): string[] {
  if (!grant || grant.events.length === 0) return [];
  const events = grant.events.map(({ body }) => keptEvent.parse(JSON.parse(body)));
  return [
    "",
    bold(`Grant ${grant.id}, signed up to event ${grant.signedUpTo} of ${events.length}:`),
    ...storyOf(events).map((line) => `  ${line}`),
  ];
}

/** A report for people: the verdict, what was covered, up to when it is proven, and what was found. */
export function reportLines(report: Report): string[] {
  const found = report.findings.filter((finding) => finding !== report.first);
  const shown = found.slice(0, MOST_SHOWN);
  const all = report.counts.tampered + report.counts.cannot_tell + report.counts.note;
  const hidden = all - shown.length - (report.first ? 1 : 0);
  return [
    headline[report.verdict](report),
    ...(report.record ? [`${safe(report.record)}, ${report.provenFrom} to ${report.provenUntil}`] : []),
    ...coverage(report),
    ...limits(report),
    ...(report.first
      ? ["", bold("First problem"), ...findingLines(report.first).map((line) => `  ${line}`)]
      : []),
    ...(shown.length > 0
      ? ["", bold("Also"), ...shown.flatMap((each) => findingLines(each).map((line) => `  ${line}`))]
      : []),
    ...(hidden > 0 ? [`  and ${number(hidden)} more`] : []),
    ...story(report),
  ];
}
