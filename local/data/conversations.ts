import { accountDialogues } from "./dialogues/account.ts";
import { claimDialogues } from "./dialogues/claims.ts";
import { contractDialogues } from "./dialogues/contract.ts";
import type { Dialogue, Exchange, Language } from "./dialogues/dialogue.ts";
import { payoutDialogues } from "./dialogues/payouts.ts";
import { phrases } from "./dialogues/phrases.ts";
import { translatedDialogues } from "./dialogues/translated.ts";
import { type DataObject, fill, grouped } from "./objects.ts";
import { type Line, productName } from "./products.ts";
import { chance, date, int, isoSecond, pick, type Rng, random, shuffled, weighted } from "./random.ts";
import { slotsFor } from "./slots.ts";

type Channel = "web_chat" | "mobile_app" | "email";
type Resolution = "resolved" | "follow_up" | "escalated" | "abandoned";
type Turn = Readonly<{ role: "user" | "assistant"; text: string; at: string }>;

/** A line of the training data: cleaned, so no contact data, only invented first names. */
export type Conversation = Readonly<{
  id: string;
  /** ISO time, UTC, whole seconds; equals the time of the first turn */
  opened: string;
  channel: Channel;
  product: string;
  intent: string;
  language: Language;
  /** three to nine, the customer first, alternating */
  turns: readonly Turn[];
  resolution: Resolution;
  /** 1 to 5, or null where the customer did not answer */
  csat: number | null;
}>;

const dialogues = [
  ...claimDialogues,
  ...payoutDialogues,
  ...contractDialogues,
  ...accountDialogues,
  ...translatedDialogues,
].map((dialogue) => [dialogue, dialogue.weight] as const);

/** `count` conversations of half a year, by time of opening. */
export const conversations = (seed: number, count = 3_000): Conversation[] => {
  const rng = random(seed, "conversations");
  const opened = Array.from({ length: count }, () => byDay(rng, date(rng, "2025-10-01", "2026-04-01")));
  return opened.sort((a, b) => +a - +b).map((at, index) => conversation(rng, `cv-${418_001 + index}`, at));
};

/** People write between 6 and 23 o'clock and most of all around two in the afternoon. */
const byDay = (rng: Rng, moment: Date) => new Date(moment.setUTCHours(6 + int(rng, 0, 8) + int(rng, 0, 8)));

const conversation = (rng: Rng, id: string, opened: Date): Conversation => {
  const dialogue = weighted(rng, dialogues);
  const line: Line = pick(rng, dialogue.lines);
  const slots = slotsFor(rng, { language: dialogue.language, line, product: productName(rng, line), opened });
  const channel = weighted<Channel>(rng, [
    ["web_chat", 50],
    ["mobile_app", 38],
    ["email", 12],
  ]);
  const resolution = weighted<Resolution>(rng, [
    ["resolved", 68],
    ["follow_up", 15],
    ["escalated", 11],
    ["abandoned", 6],
  ]);
  return {
    id,
    opened: isoSecond(opened),
    channel,
    product: slots.product,
    intent: dialogue.intent,
    language: dialogue.language,
    turns: timed(
      rng,
      channel,
      opened,
      script(rng, dialogue, resolution).map((text) => fill(text, slots)),
    ),
    resolution,
    csat: satisfaction(rng, resolution),
  };
};

/** Templates of the turns. Longest: 2 to identify, 2 + 2 of follow-ups, opening, answer and one last word. */
const script = (rng: Rng, dialogue: Dialogue, resolution: Resolution): string[] => {
  const { greet, ask, give, found, ...endings } = phrases[dialogue.language];
  const identified = chance(rng, 0.55);
  const answer = `${identified ? pick(rng, found) : ""}${pick(rng, dialogue.answers)}`;
  // An abandoned conversation needs one, or it would be a question and an answer.
  const least = resolution === "abandoned" && !identified ? 1 : 0;
  const followUps = shuffled(rng, dialogue.followUps).slice(0, int(rng, least, 2));
  const end: Exchange | readonly [] = resolution === "abandoned" ? [] : pick(rng, endings[resolution]);
  const turns = [
    opening(pick(rng, greet), pick(rng, dialogue.openings)),
    ...(identified ? [pick(rng, ask), pick(rng, give)] : []),
    answer,
    ...followUps.flat(),
    ...end,
  ];
  // Many leave after their thanks without waiting for a reply; nine turns is the longest the bot allows.
  const leaves = resolution === "resolved" && chance(rng, 0.5);
  return leaves || turns.length > 9 ? turns.slice(0, -1) : turns;
};

/** Capital after a full stop, small letter after a comma, whatever the template begins with; "I" stays. */
const opening = (greeting: string, text: string) => {
  const [first, rest] = [text.slice(0, 1), text.slice(1)];
  if (!greeting.endsWith(", ")) return greeting + first.toUpperCase() + rest;
  return greeting + (/^I\b/.test(text) ? first : first.toLowerCase()) + rest;
};

/** Seconds until the next turn: people think and type, the assistant answers at once except by mail. */
const timed = (rng: Rng, channel: Channel, opened: Date, texts: readonly string[]): Turn[] => {
  let at = opened.getTime();
  return texts.map((text, index) => {
    const role = index % 2 === 0 ? "user" : "assistant";
    if (index > 0) {
      const chat = role === "user" ? int(rng, 9, 240) : int(rng, 2, 8);
      at += 1_000 * (channel === "email" ? int(rng, 600, 30_000) : chat);
    }
    return { role, text, at: isoSecond(new Date(at)) };
  });
};

const satisfaction = (rng: Rng, resolution: Resolution) => {
  if (resolution === "abandoned" || chance(rng, 0.45)) return null;
  return resolution === "escalated"
    ? int(rng, 1, 3)
    : resolution === "follow_up"
      ? int(rng, 2, 5)
      : int(rng, 3, 5);
};

/** JSON Lines by month of opening, such as support/2026/03/part-000.jsonl. */
export const conversationObjects = (all: readonly Conversation[], perPart = 200): DataObject[] =>
  grouped(all, (one) => one.opened.slice(0, 7).replace("-", "/")).flatMap(([month, inMonth]) =>
    Array.from({ length: Math.ceil(inMonth.length / perPart) }, (_, part) => ({
      key: `support/${month}/part-${String(part).padStart(3, "0")}.jsonl`,
      body: inMonth
        .slice(part * perPart, (part + 1) * perPart)
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(""),
      contentType: "application/x-ndjson",
    })),
  );
