import type { Broker } from "../broker/broker.ts";
import type { ProfileFile } from "../profiles.ts";
import type { Job, Ran } from "./child.ts";

/** What the tools need of the world. Fakes of it drive the tests. */
export type McpDeps = {
  broker: Pick<Broker, "catalogue" | "ask" | "grant" | "credentials" | "release" | "read"> &
    Pick<Broker, "act" | "action" | "redeem" | "outcome">;
  /** Milliseconds since the epoch. */
  now(): number;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** `latchkey.yaml` as it was when this process started, and its folder, where commands run; absent where there is none. */
  file?: { folder: string; content: ProfileFile };
  /** The options of this process that lead its own kind to the same broker, for what is said of `latchkey credentials`. */
  placeOptions: readonly string[];
  place: { region: string; awsEndpoint?: string | undefined };
  env: NodeJS.ProcessEnv;
  /** The secrets that programs were given, the last few: what one left in a file another may print. */
  given: string[];
  run(job: Job): Promise<Ran>;
  /** For the people who look after this process: stderr. */
  tell(line: string): void;
};
