import type { Masking } from "./masking.ts";
import type { FieldRule } from "./rules.ts";

const MOST = 40;

/** Names as far as people read them: the rest is counted. */
function named(rules: readonly FieldRule[], note: (rule: FieldRule) => string = () => ""): string {
  const shown = rules.slice(0, MOST).map((rule) => `${rule.path}${note(rule)}`);
  return [...shown, ...(rules.length > MOST ? [`${rules.length - MOST} more`] : [])].join(", ");
}
/** What is given away is named to the last: nobody says yes to a number of fields. */
const allNamed = (rules: readonly FieldRule[]): string => rules.map(({ path }) => path).join(", ");

const roughly = (rule: FieldRule): string => {
  if (rule.method !== "bucket") return "";
  return rule.to === undefined ? ` (in steps of ${rule.step})` : ` (${rule.to})`;
};

/** What an approver reads of a masked read: what is read, that nothing raw is given, and what becomes of each field. */
export function describeMasked({ fields }: Masking, reads: readonly string[]): string[] {
  const by = (...methods: FieldRule["method"][]) => fields.filter(({ method }) => methods.includes(method));
  const isText = (rule: FieldRule) => rule.class === "free-text";
  const tokens = by("token").filter((rule) => !isText(rule));
  const texts = by("token").filter(isText);
  const [kept, rough, madeUp, blank] = [by("keep"), by("bucket"), by("format", "random"), by("redact")];
  return [
    ...reads.map((line) => `be given masked rows, for which Latchkey itself may ${line}`),
    "get no credentials: of the raw data it sees nothing",
    ...(kept.length > 0 ? [`see as they are: ${allNamed(kept)}`] : []),
    ...(rough.length > 0 ? [`see roughly: ${named(rough, roughly)}`] : []),
    ...(tokens.length > 0 ? [`see as tokens that mean nothing outside this grant: ${named(tokens)}`] : []),
    ...(texts.length > 0
      ? [`see free text with the identifiers in it replaced (names in prose may remain): ${named(texts)}`]
      : []),
    ...(madeUp.length > 0 ? [`see made-up values instead of: ${named(madeUp)}`] : []),
    blank.length > 0
      ? `see blanked: ${named(blank)}, and every field without a rule`
      : "see blanked: every field without a rule",
  ];
}
