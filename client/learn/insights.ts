import type { Command } from "commander";
import { addApprovalInsights } from "./approvals/commands.ts";
import { addUsage } from "./usage/commands.ts";

/** The commands of `latchkey insights`. */
export function addInsights(insights: Command): void {
  addUsage(insights);
  addApprovalInsights(insights);
}
