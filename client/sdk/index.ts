// What `import … from "latchkey"` gives: nothing else of the client is anybody's to import.
// biome-ignore-all lint/performance/noBarrelFile: a package has one door
export {
  DeniedError,
  type ErrorKind,
  LatchkeyError,
  NoAccessError,
  OverError,
  PendingError,
  RefusedError,
  RejectedError,
} from "../errors.ts";
export { type ConnectOptions, connect } from "./connect.ts";
export { fromLatchkey } from "./from-latchkey.ts";
export { readMasked, withMaskedRows } from "./masked-rows.ts";
export type {
  AccessOptions,
  ApprovalOptions,
  Credentials,
  HandedOver,
  LatchkeyProvider,
  PerformOptions,
  Permitted,
  ProviderOptions,
  RedeemOptions,
  UseRows,
} from "./options.ts";
export { performPermitted, redeemPermit, reportOutcome } from "./perform-permitted.ts";
export { ActionFailedError } from "./permitted.ts";
export { performAction, requireApproval } from "./require-approval.ts";
export type * from "./types.ts";
export {
  type Permit,
  PermitError,
  type PermitFault,
  type VerifyOptions,
  verifyPermit,
} from "./verify-permit.ts";
export { withAccess } from "./with-access.ts";
