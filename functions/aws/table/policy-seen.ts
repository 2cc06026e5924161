import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Catalogue } from "../../core/catalogue.ts";
import { type Known, knownIn, knownTogether } from "../../core/policy/known.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

const names = z.array(z.string());
const policySeen = z.object({
  version: z.string(),
  /** Whether every live grant was looked at under this version. */
  checked: z.boolean(),
  agents: names,
  resources: names,
  roles: names,
  /** The people whom the policy names, as far as events have told of them. Absent in an item of an earlier release. */
  people: names.optional(),
});
export type PolicySeen = z.infer<typeof policySeen>;

/** The policy that `sweep` saw last, strongly consistent. */
export async function readPolicySeen(table: Table): Promise<PolicySeen | undefined> {
  const item = await readItem(table, keys.policy());
  return item && policySeen.parse(item);
}

type Told = Pick<PolicySeen, "people">;
const samePeople = ({ people }: Told): string =>
  people ? "people = :toldBefore" : "attribute_not_exists(people)";
const peopleOf = ({ people }: Told) => (people ? { ":toldBefore": people } : {});

/** Notes another policy in place of the one that was read: of two runs at once, one does. */
export const policySeenPut = (table: Table, seen: PolicySeen, was: PolicySeen | undefined): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.policy(), entity: "policy", ...seen },
    ...(was
      ? {
          ConditionExpression: `#version = :version AND ${samePeople(was)}`,
          ExpressionAttributeNames: { "#version": "version" },
          ExpressionAttributeValues: { ":version": was.version, ...peopleOf(was) },
        }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  },
});

/**
 * Notes the people whom events have told of, in place of those that were read: of two runs at once, one does. The first
 * time there is nobody to compare with.
 */
export const peopleUpdate = (
  table: Table,
  was: Pick<PolicySeen, "version" | "people">,
  people: readonly string[],
): Write => ({
  Update: {
    TableName: table.name,
    Key: keys.policy(),
    UpdateExpression: "SET people = :people",
    ConditionExpression: `#version = :version AND ${samePeople(was)}`,
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":people": people, ":version": was.version, ...peopleOf(was) },
  },
});

/** Every live grant was looked at under this version, if it is still the one. */
export async function markChecked(table: Table, version: string): Promise<boolean> {
  return held(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.policy(),
        UpdateExpression: "SET checked = :yes",
        ConditionExpression: "#version = :version",
        ExpressionAttributeNames: { "#version": "version" },
        ExpressionAttributeValues: { ":yes": true, ":version": version },
      }),
    ),
  );
}

/** What the catalogue names now, or named in any policy that `sweep` saw. */
export async function readKnown(table: Table, catalogue: Catalogue): Promise<Known> {
  const seen = await readPolicySeen(table);
  return seen ? knownTogether(knownIn(catalogue), seen) : knownIn(catalogue);
}
