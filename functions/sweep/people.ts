import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { eventPut } from "../aws/table/events.ts";
import { keys } from "../aws/table/keys.ts";
import { type PolicySeen, peopleUpdate } from "../aws/table/policy-seen.ts";
import { transact } from "../aws/table/transaction.ts";
import { type Actor, type SealedEvent, sealEvent } from "../core/audit/event.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { PolicyBundle } from "../core/policy/bundle.ts";
import { isoMillis } from "../core/time.ts";

type Deps = { table: Table; now: Now; newId: NewId; catalogue: Catalogue; bundle: PolicyBundle };

const ACTOR: Actor = { type: "broker", id: "sweep" };
// A transaction takes 100 items: of more than these, the others are told in the next.
const AT_ONCE = 90;

type Change = { type: "person.added" | "person.removed"; person: string };

function eventOf(deps: Deps, { type, person }: Change): SealedEvent {
  const { version } = deps.bundle;
  const team = deps.catalogue.people.find((each) => each.id === person)?.team;
  const facts = { people: person, policyVersion: version, ...(team ? { team } : {}) };
  return sealEvent({ v: 1, id: deps.newId(), type, time: isoMillis(deps.now()), actor: ACTOR, facts });
}

const without = (list: readonly string[], other: readonly string[]): string[] =>
  list.filter((each) => !other.includes(each));

/**
 * Tells who came and who went with a policy, each once: the event and the note that it was told are one transaction. The
 * people of the first policy ever, or of the first under a release that keeps them, are no change. Whoever is overtaken by
 * another run leaves the rest to that one, or to the next minute.
 */
export async function tellPeople(deps: Deps, seen: PolicySeen): Promise<void> {
  const now = deps.catalogue.people.map(({ id }) => id);
  if (!seen.people) {
    await transact(deps.table, [peopleUpdate(deps.table, seen, now)]);
    return;
  }
  for (let was = seen.people; ; ) {
    const gone = without(was, now).slice(0, AT_ONCE);
    const come = without(now, was).slice(0, AT_ONCE - gone.length);
    if (gone.length + come.length === 0) return;
    const told = [...without(was, gone), ...come];
    const events = [
      ...gone.map((person) => eventOf(deps, { type: "person.removed", person })),
      ...come.map((person) => eventOf(deps, { type: "person.added", person })),
    ];
    const written = await transact(deps.table, [
      peopleUpdate(deps.table, { ...seen, people: was }, told),
      ...events.map((event) => eventPut(deps.table, keys.looseEvent(event.event.id), event)),
    ]);
    if (!written.ok) return;
    was = told;
  }
}
