import type { AwsCredentials } from "../../functions/core/signed-request.ts";
import type { Broker } from "../broker/broker.ts";
import type { Place } from "../broker/place.ts";
import { type AskWorld, lookAtEndpoint } from "./endpoint.ts";
import { type Finding, ok, wrongBy } from "./finding.ts";
import { lookAtIdentity } from "./identity.ts";
import { lookAtCatalogue, lookAtRoles } from "./known.ts";
import { lookAtProfiles } from "./profiles.ts";

export type Examined = AskWorld & {
  /** Throws where there is none. */
  open(): { place: Place; broker: Broker; credentials: () => Promise<AwsCredentials> };
  cwd: string;
  /** A latchkey.yaml by its path. */
  file?: string | undefined;
};

/** Looks at one thing after the other, and goes no further than what the next one needs. */
export async function* examine(world: Examined): AsyncGenerator<Finding> {
  let opened: ReturnType<Examined["open"]>;
  try {
    opened = world.open();
  } catch (error) {
    yield wrongBy("endpoint", error);
    yield* lookAtProfiles(world.cwd, world.file, undefined);
    return;
  }
  const { place, broker } = opened;
  yield ok("endpoint", `${place.url} (${place.source})`);
  yield ok("region", place.region);
  const answers = await lookAtEndpoint(place, world);
  yield* answers;
  // What a wrong clock has signed is refused, which says nothing of who signed it.
  const isRight = answers.every(({ state }) => state !== "wrong");
  const credentials = await opened.credentials().catch((error: unknown) => wrongBy("credentials", error));
  if ("state" in credentials) yield credentials;
  else if (isRight) yield await lookAtIdentity(place, credentials, world);
  if (!isRight || "state" in credentials) {
    yield* lookAtProfiles(world.cwd, world.file, undefined);
    return;
  }
  const { findings, resources } = await lookAtCatalogue(broker);
  yield* findings;
  yield* lookAtProfiles(world.cwd, world.file, resources);
  if (resources) yield await lookAtRoles(broker);
}
