import { PERFORM, type SubjectAccess } from "../../core/kinds/names.ts";
import { durationInWords, epochMs } from "../../core/time.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** A time for people, zone said: "Saturday 21 November 2026, 09:30 UTC". Seconds only where there are any; never rounded up. */
export function utcTime(iso: string): string {
  const time = new Date(epochMs(iso));
  const clock = time.toISOString().slice(11, time.getUTCSeconds() === 0 ? 16 : 19);
  const day = `${DAYS[time.getUTCDay()]} ${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()}`;
  return `${day}, ${clock} UTC`;
}

/** The time that is `seconds` after another, ISO 8601. */
export const later = (iso: string, seconds: number): string =>
  new Date(epochMs(iso) + seconds * 1_000).toISOString();

/** "Ann", "Ann or Ben", "Ann, Ben or Cem". */
export function either(names: readonly string[]): string {
  const last = names.at(-1) ?? "nobody";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

/** What an access is called after "asks to". */
export const VERBS: Record<SubjectAccess, string> = {
  read: "read",
  list: "list",
  write: "write to",
  invoke: "use",
  perform: "have done:",
};

/** What an ask is, as far as one sentence says it. */
export type AskWords = {
  agent: { name: string };
  resource: { id: string };
  access: SubjectAccess;
  masked?: boolean | undefined;
  window: { seconds: number };
};

/** The ask in one plain sentence, made only of names from the catalogue: no text of the agent's. */
export const askSentence = ({ agent, access, masked, resource, window }: AskWords): string =>
  access === PERFORM
    ? `${agent.name} asks to ${VERBS[access]} ${resource.id}`
    : `${agent.name} asks to ${VERBS[access]} ${masked ? "masked rows of " : ""}${resource.id} for ${durationInWords(window.seconds)}`;
