import type { Command } from "commander";
import { addBackfill } from "./backfill.ts";
import { addOcsf } from "./ocsf.ts";
import { addProve } from "./prove.ts";
import { addQueries, addQuery } from "./query.ts";
import { addReport } from "./report.ts";
import { addVerify } from "./verify.ts";

/** The commands of `latchkey audit`. */
export function addAudit(audit: Command): void {
  addQuery(audit);
  addQueries(audit);
  addOcsf(audit);
  addVerify(audit);
  addProve(audit);
  addBackfill(audit);
  addReport(audit);
}
