import { approvalForm, type DecisionForm } from "../core/api/schemas.ts";
import { MAX_COMMENT } from "../core/text.ts";

const FIELDS = ["decision", "code", "comment"];
const MAX_BYTES = 4_096;

export { MAX_COMMENT };

export type ParsedForm =
  | { ok: true; form: DecisionForm }
  | { ok: false; why: "unreadable" | "comment_too_long" };

/** Parses the submitted form. A field that the page has not, or one given twice, makes it unreadable: nothing is guessed. */
export function parseForm(body: string): ParsedForm {
  if (Buffer.byteLength(body, "utf8") > MAX_BYTES) return { ok: false, why: "unreadable" };
  const given = [...new URLSearchParams(body)];
  const names = given.map(([name]) => name);
  if (new Set(names).size !== names.length || names.some((name) => !FIELDS.includes(name)))
    return { ok: false, why: "unreadable" };
  const parsed = approvalForm.safeParse(Object.fromEntries(given));
  if (parsed.success) return { ok: true, form: parsed.data };
  return {
    ok: false,
    why: parsed.error.issues[0]?.path[0] === "comment" ? "comment_too_long" : "unreadable",
  };
}
