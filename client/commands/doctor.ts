import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";
import { jsonText } from "../show/json.ts";

type Options = BrokerOptions & { file?: string; json?: boolean };

/** `latchkey doctor`: what stands between this machine and its access, a line each. */
export function addDoctor(latchkey: Command): void {
  const doctor = latchkey
    .command("doctor")
    .description(
      "Look at endpoint, clock, identity, catalogue, profiles and access roles, and say what is wrong.",
    )
    .option("--file <file>", "the profiles, when they are not in latchkey.yaml here or above")
    .option("--json", "as JSON");
  withBroker(doctor).action(async (options: Options) => {
    const { openHere } = await import("../broker/open.ts");
    const { callerOf } = await import("../broker/caller.ts");
    const { examine } = await import("../doctor/examine.ts");
    const { exitCodeFor, findingLine } = await import("../doctor/finding.ts");
    const open = () => {
      const here = openHere(options);
      return { ...here, credentials: callerOf(here.place, process.env) };
    };
    const findings = [];
    const world = { open, fetch, now: Date.now, cwd: process.cwd(), file: options.file };
    for await (const finding of examine(world)) {
      findings.push(finding);
      if (!options.json) process.stdout.write(findingLine(finding));
    }
    if (options.json) process.stdout.write(jsonText({ findings }));
    process.exitCode = exitCodeFor(findings);
  });
}
