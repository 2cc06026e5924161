import { dim, green, red } from "../../client/progress.ts";
import { elapsed } from "../progress.ts";

/** Lines of one actor of the demo, each with how long it took; and whether everything went as it must. */
export type Report = {
  /** Does something, and says what came of it. A throw is a failure of the demo. */
  does<T>(saying: string | ((result: T) => string), work: () => Promise<T>): Promise<T>;
  /** Does something that must be refused, with one of these error names. Anything else is a failure of the demo. */
  isRefused(saying: string, names: readonly string[], work: () => Promise<unknown>): Promise<void>;
  note(text: string): void;
};

const nameOf = (fault: unknown): string => (fault instanceof Error ? fault.name : String(fault));

/** Prints to standard output; the parent process adds who is speaking. */
export function openReport(): Report {
  const line = (mark: string, text: string, began: number) =>
    console.log(`${mark} ${text} ${dim(`(${elapsed(performance.now() - began)})`)}`);
  return {
    async does(saying, work) {
      const began = performance.now();
      try {
        const result = await work();
        line(green("✓"), typeof saying === "string" ? saying : saying(result), began);
        return result;
      } catch (fault) {
        line(
          red("✗"),
          `${typeof saying === "string" ? saying : "failed"}: ${fault instanceof Error ? fault.message : fault}`,
          began,
        );
        throw fault;
      }
    },
    async isRefused(saying, names, work) {
      const began = performance.now();
      try {
        await work();
      } catch (fault) {
        const name = nameOf(fault);
        if (names.includes(name)) return line(green("✓"), `${saying}: refused, ${name}`, began);
        line(
          red("✗"),
          `${saying}: expected a refusal, got ${name}: ${fault instanceof Error ? fault.message : ""}`,
          began,
        );
        throw fault;
      }
      line(red("✗"), `${saying}: was NOT refused`, began);
      throw new Error(`${saying}: was not refused`);
    },
    note: (text) => console.log(dim(`  ${text}`)),
  };
}

/** What AWS says to a session that may not do something, and to one that the local AWS has already forgotten. */
export const REFUSED = ["AccessDenied", "AccessDeniedException", "403", "Forbidden"];
export const OVER = [
  ...REFUSED,
  "ExpiredToken",
  "ExpiredTokenException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
];
