import * as z from "zod";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";

const extensionItem = z.object({ extendedBy: grantId });

/** The grant that extends this one, if any does, strongly consistent. */
export async function readExtension(table: Table, id: string): Promise<string | undefined> {
  const item = await readItem(table, keys.extension(id));
  return item && extensionItem.parse(item).extendedBy;
}
