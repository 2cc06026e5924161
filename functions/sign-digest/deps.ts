import type { Put } from "../aws/audit-store.ts";
import type { AuditVersions } from "../aws/audit-versions.ts";
import type { Log } from "../aws/log.ts";
import type { Signer } from "../aws/signer.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import type { Witness } from "./witness.ts";

export type SignDeps = {
  /** The bucket's name: which record a statement is of. */
  record: string;
  versions: AuditVersions;
  put: Put;
  table: Table;
  signer: Signer;
  witnesses: readonly Witness[];
  now: Now;
  log: Log;
};
