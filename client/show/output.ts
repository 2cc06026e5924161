import { told } from "../exit.ts";
import { jsonText } from "./json.ts";

/** The result of a command, on stdout: as JSON for programs, in words for people. */
export function print(json: boolean | undefined, value: unknown, words: () => string): void {
  process.stdout.write(json ? jsonText(value) : told(words()));
}
