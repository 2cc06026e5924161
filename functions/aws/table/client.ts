import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { countCommand } from "../calls.ts";

/** What every table function needs: a document client and the table's name. */
export type Table = { client: Pick<DynamoDBDocumentClient, "send">; name: string };

/** The table of this deployment. Requests are counted; undefined members are refused by our own schemas, so removed here. */
export function openTable(name: string): Table {
  const base = new DynamoDBClient({});
  base.middlewareStack.add(
    (next, context) => async (args) => {
      countCommand(String(context.commandName));
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "countCalls" },
  );
  return {
    client: DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } }),
    name,
  };
}
