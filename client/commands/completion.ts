import { Argument, type Command } from "commander";
import { loadGroup } from "../lazy.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** `latchkey completion bash|zsh|fish`: a script that completes what this `latchkey` has. */
export function addCompletion(latchkey: Command): void {
  latchkey
    .command("completion")
    .addArgument(new Argument("<shell>", "whose script").choices(SHELLS))
    .description("Completion for your shell: source <(latchkey completion bash)")
    .action(async (shell: (typeof SHELLS)[number]) => {
      const scripts = await import("../completion/scripts.ts");
      const { nodesOf } = await import("../completion/tree.ts");
      for (const group of latchkey.commands) await loadGroup(group);
      process.stdout.write(scripts[shell](nodesOf(latchkey)));
    });
}
