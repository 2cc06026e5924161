import type { Command } from "commander";
import { withCedar } from "../../policy/with-cedar.ts";
import type { Options } from "./run.ts";
import { USUAL } from "./thresholds.ts";

/** `insights approvals`: what people do with what they are asked, and what of it could be changed. */
export function addApprovalInsights(insights: Command): void {
  const command = insights
    .command("approvals")
    .description("What people do with what they are asked, and the changes of the policy that it speaks for.")
    .requiredOption("--events <folder|s3://…>", "the record, or a copy of it")
    .option("--since <time>", "asks from then on: 90d, 2026-01-01", "90d")
    .option("--until <time>", "asks before then (else: now)")
    .option("--policy <folder>", "the policy to propose changes of (else: the folder policy here)")
    .option("--patch <n>", "print only the change of that number, for git apply")
    .option("--html <file>", "write it as one page, too")
    .option("--json", "all of it, for a program")
    .option("--least-asks <n>", `so many asks with the same answer are a pattern (${USUAL.asks})`)
    .option("--least-days <n>", `over so many days at least (${USUAL.days})`)
    .option("--least-unused <n>", `so many grants that nobody used (${USUAL.unused})`)
    .option("--least-rejected <n>", `so many rejections (${USUAL.rejected})`);
  command.action(() =>
    withCedar(async () => {
      const { insightsHere } = await import("./run.ts");
      await insightsHere(command.optsWithGlobals<Options>(), Date.now());
    }),
  );
}
