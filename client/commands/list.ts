import type { Command } from "commander";
import type { GrantView } from "../../functions/core/api/schemas.ts";
import { LatchkeyError } from "../errors.ts";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";
import { tableOf } from "../show/table.ts";

type Options = BrokerOptions & { agent?: string; limit: string; json?: boolean };

/** The longest page that the API gives. */
const PAGE = 100;

/** `latchkey list`: the agent's own grants, or for security and compliance one agent's. */
export function addList(latchkey: Command): void {
  const list = latchkey
    .command("list")
    .description("Your grants, newest first.")
    .option("--agent <id>", "for security and compliance: this agent's")
    .option("--limit <number>", "at most so many", "20")
    .option("--json", "as the API says them");
  withBroker(list).action(async (options: Options) => {
    const limit = Number(options.limit);
    if (!Number.isInteger(limit) || limit < 1)
      throw new LatchkeyError("usage", "--limit is no whole number above 0.");
    const { openHere } = await import("../broker/open.ts");
    const { broker } = openHere(options);
    const grants: GrantView[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: Math.min(PAGE, limit - grants.length), ...(cursor ? { cursor } : {}) };
      const page = await broker.grants({ ...query, ...(options.agent ? { agent: options.agent } : {}) });
      grants.push(...page.grants);
      cursor = page.cursor;
    } while (cursor && grants.length < limit);
    const { scopeText } = await import("../show/grant.ts");
    print(options.json, { grants }, () =>
      grants.length === 0 ? "There are none.\n" : tableOfGrants(grants, scopeText),
    );
  });
}

const tableOfGrants = (
  grants: readonly GrantView[],
  scopeText: (scope: GrantView["scope"]) => string,
): string =>
  tableOf(
    ["grant", "status", "agent", "access", "resource", "scope", "until", "purpose"],
    grants.map(({ id, status, agent, access, resource, scope, window, purpose }) => [
      ...[id, status, agent, access, resource, scopeText(scope), window.endsAt ?? "", purpose],
    ]),
  );
