import type { Line } from "../products.ts";

export type Language = "en" | "de" | "es" | "fr";

/**
 * What people ask and hear about one subject. Slots: {name}, {policy}, {claim}, {order}, {product}, {amount},
 * {limit}, {excess}, {past}, {date}, {days}. An opening gives no policy number, since the assistant may ask
 * for it next; each follow-up is a question and its answer. Every opening, answer and follow-up of one
 * dialogue goes with every other and with every line: where that fails, the intent has another dialogue.
 */
export type Dialogue = Readonly<{
  intent: string;
  language: Language;
  weight: number;
  lines: readonly Line[];
  openings: readonly string[];
  answers: readonly string[];
  followUps: readonly Exchange[];
}>;

/** The customer's words and the assistant's. */
export type Exchange = readonly [user: string, assistant: string];
