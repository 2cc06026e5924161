import * as z from "zod";
import { canonicalJson } from "./canonical.ts";
import { CONTROL_SESSION, type DenyList } from "./deny-list.ts";

const whole = `*:${CONTROL_SESSION}`;
const condition = z.union([
  z.strictObject({ StringLike: z.strictObject({ "aws:userid": z.array(z.string()) }) }),
  z.strictObject({ StringNotLike: z.strictObject({ "aws:userid": z.tuple([z.literal(whole)]) }) }),
  z.strictObject({ DateLessThan: z.strictObject({ "aws:TokenIssueTime": z.string() }) }),
]);
const document = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z
    .array(
      z.strictObject({
        Sid: z.string().regex(/^Render\d+(Role|CutOff)?$/),
        Effect: z.literal("Deny"),
        Action: z.literal("*"),
        Resource: z.literal("*"),
        Condition: condition,
      }),
    )
    .min(1),
});

/** A list as IAM has it, with the number of its rendering. */
export type FoundList = DenyList & { render: number };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a document back; undefined when it is not one that we render, whatever it may say. */
export function readDenyList(text: string): FoundList | undefined {
  const read = document.safeParse(parsed(text));
  if (!read.success) return undefined;
  const found: { -readonly [K in keyof FoundList]: FoundList[K] } = {
    patterns: [],
    wholeRole: false,
    render: 0,
  };
  for (const { Sid, Condition } of read.data.Statement) {
    found.render = Number.parseInt(Sid.slice("Render".length), 10);
    if ("StringLike" in Condition)
      found.patterns = [...found.patterns, ...Condition.StringLike["aws:userid"]];
    else if ("StringNotLike" in Condition) found.wholeRole = true;
    else found.cutOffAt = Condition.DateLessThan["aws:TokenIssueTime"];
  }
  return found;
}

const content = ({ patterns, wholeRole, cutOffAt }: DenyList): string =>
  canonicalJson({ patterns: [...new Set(patterns)].sort(), wholeRole, cutOffAt: cutOffAt ?? null });

/** True when two lists deny the same, whatever their numbers. */
export const sameList = (one: DenyList, other: DenyList | undefined): boolean =>
  other !== undefined && content(one) === content(other);
