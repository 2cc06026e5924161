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
export type { AccessOptions, Credentials, LatchkeyProvider, ProviderOptions } from "./options.ts";
export type * from "./types.ts";
export { withAccess } from "./with-access.ts";
