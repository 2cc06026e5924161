import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type RoleAssumed, type SessionUsed, USE_SOURCE, type USE_TYPES } from "../core/watch/use.ts";

export type Told =
  | { type: (typeof USE_TYPES)["used"]; detail: SessionUsed }
  | { type: (typeof USE_TYPES)["assumed"]; detail: RoleAssumed };
/** Tells the bus what CloudTrail says of minted sessions. Throws when any of it is not taken: the file comes again. */
export type TellUsage = (told: readonly Told[]) => Promise<void>;

/** One request takes 10 entries. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MOST_ENTRIES = 10;

export function openUsageBus(busName: string): TellUsage {
  const bridge = new EventBridgeClient({});
  return async (told) => {
    for (let from = 0; from < told.length; from += MOST_ENTRIES) {
      const entries = told.slice(from, from + MOST_ENTRIES);
      const answer = await bridge.send(
        new PutEventsCommand({
          Entries: entries.map(({ type, detail }) => ({
            EventBusName: busName,
            Source: USE_SOURCE,
            DetailType: type,
            Detail: JSON.stringify(detail),
          })),
        }),
      );
      const taken = (answer.Entries ?? []).filter(({ EventId }) => EventId).length;
      if (taken < entries.length) throw new Error(`the bus took ${taken} of ${entries.length} entries`);
    }
  };
}
