import { Command, CommanderError } from "commander";
import { vi } from "vitest";
import { CliError, exitCodes } from "../../../client/exit.ts";
import { addPolicy } from "../../../client/policy/commands.ts";

/** How a command ended: its exit code, what it printed, and, as `text`, that or the sentence that it ended with. */
type Ended = { code: number; text: string; printed: string };

/** Runs `latchkey policy …` on a folder, in this process. */
export async function policyCommand(dir: string, ...args: string[]): Promise<Ended> {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void printed.push(`${line}\n`));
  const ended = (code: number, text: string): Ended => ({ code, text, printed: printed.join("") });
  const latchkey = new Command("latchkey")
    .exitOverride()
    .configureOutput({ writeErr: (text) => printed.push(text) });
  addPolicy(latchkey.command("policy").option("--dir <folder>"));
  try {
    await latchkey.parseAsync(["policy", ...args, "--dir", dir], { from: "user" });
    return ended(exitCodes.ok, printed.join(""));
  } catch (fault) {
    if (fault instanceof CliError) return ended(fault.exitCode, `${fault.message}\n`);
    if (fault instanceof CommanderError) return ended(exitCodes.usage, printed.join(""));
    throw fault;
  } finally {
    log.mockRestore();
  }
}
