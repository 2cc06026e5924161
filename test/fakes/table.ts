import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Table } from "../../functions/aws/table/client.ts";
import { cancelled, conditionFailed, type Reason, tokenMismatch, ValidationException } from "./faults.ts";
import { INDEXES, idOf, KEYS, kept, keyOf, NAME, planOf, type Write } from "./plan.ts";
import { query } from "./query.ts";
import { scan } from "./scan.ts";
import { textOf } from "./sets.ts";
import type { Item } from "./tokens.ts";

/** How many items a replica may be behind. */
const LAG_WRITES = 6;
const TOKEN_LIFE_MS = 600_000;

export type Command =
  | GetCommand
  | PutCommand
  | UpdateCommand
  | DeleteCommand
  | QueryCommand
  | ScanCommand
  | TransactWriteCommand;
/** Called around each request; may throw (a fault), or do something else meanwhile (a concurrent action). */
export type Hook = (command: Command) => void | Promise<void>;
export type Key = { pk: string; sk: string };

/**
 * DynamoDB's table of Latchkey, in memory. Takes the real lib-dynamodb commands, honours conditions, transactions,
 * indexes and paging, and throws the SDK's own exceptions. Refuses what it does not know rather than ignoring it.
 */
export class FakeTable {
  private all = new Map<string, Item>();
  private lagging: Map<string, Item> | undefined;
  /** What the last few writes took the place of. */
  private readonly undone: { id: string; before: Item | undefined }[] = [];
  private readonly tokens = new Map<string, { payload: string; at: number }>();
  /** Requests that were sent, by kind. A transaction is one write. */
  readonly counts = { reads: 0, writes: 0 };
  /** Bodies of event items in the order in which they were inserted. */
  readonly events: { pk: string; sk: string; body: string; hash: string }[] = [];
  before: Hook | undefined;
  after: Hook | undefined;
  /** Told of every item that was written, as it was and as it is. */
  written: ((before: Item | undefined, next: Item | undefined) => void) | undefined;
  /** How many items a page of a scan looks at; DynamoDB's is a megabyte of them. */
  scanPage = 100;
  private readonly now: () => number;

  constructor(now: () => number = () => 0) {
    this.now = now;
  }

  /** What the functions are given. */
  readonly table: Table = {
    name: NAME,
    client: { send: ((command: Command) => this.send(command)) as DynamoDBDocumentClient["send"] },
  };

  items(): Item[] {
    return [...this.all.values()];
  }
  item(key: Key): Item | undefined {
    return this.all.get(idOf(key));
  }
  /** Puts an item past all hooks and counts, for arranging a test. */
  plant(item: Item): void {
    this.all.set(idOf(item), kept(item));
  }
  /** Takes an item away past all hooks and counts. */
  drop(key: Key): void {
    this.all.delete(idOf(key));
  }
  /** From now on, index reads and reads that are not strongly consistent see the table as it is now. */
  lag(): void {
    this.lagging = new Map(this.all);
  }
  catchUp(): void {
    this.lagging = undefined;
  }

  private async send(command: Command): Promise<unknown> {
    const writes = ![GetCommand, QueryCommand, ScanCommand].some((read) => command instanceof read);
    this.counts[writes ? "writes" : "reads"] += 1;
    await this.before?.(command);
    const answer = this.apply(command);
    await this.after?.(command);
    return answer;
  }

  /** What a read that need not be consistent may answer instead: things as they were a few writes ago. */
  stale(command: Command): (() => unknown) | undefined {
    const isRead = command instanceof GetCommand || command instanceof QueryCommand;
    if (!isRead || command.input.ConsistentRead || this.undone.length === 0) return undefined;
    return () => {
      const now = this.lagging;
      const then = new Map(this.all);
      for (const { id, before } of this.undone.toReversed()) {
        if (before) then.set(id, before);
        else then.delete(id);
      }
      this.lagging = then;
      try {
        return this.apply(command);
      } finally {
        this.lagging = now;
      }
    };
  }

  /** Does a command now, without hooks: also how a test lets "it happened, but the answer was lost" happen twice. */
  apply(command: Command): unknown {
    if (command instanceof GetCommand) return this.get(command.input);
    if (command instanceof QueryCommand) return this.query(command.input);
    if (command instanceof ScanCommand) return scan([...this.all.values()], command.input, this.scanPage);
    if (command instanceof PutCommand) return this.single({ Put: command.input });
    if (command instanceof UpdateCommand) return this.single({ Update: command.input });
    if (command instanceof DeleteCommand) return this.single({ Delete: command.input });
    if (command instanceof TransactWriteCommand) return this.transact(command.input);
    throw new TypeError("the fake table knows no such command");
  }

  private get({ TableName, Key, ConsistentRead, ...rest }: GetCommand["input"]): unknown {
    this.known(TableName, rest);
    const from = ConsistentRead ? this.all : (this.lagging ?? this.all);
    const item = from.get(idOf(keyOf(Key)));
    return item ? { Item: item } : {};
  }

  private query({ TableName, ...input }: QueryCommand["input"]): unknown {
    this.known(TableName, {});
    const index = input.IndexName === undefined ? undefined : INDEXES[input.IndexName];
    if (input.IndexName && !index) throw new ValidationException(`The table has no index ${input.IndexName}`);
    if (index && input.ConsistentRead)
      throw new ValidationException("Consistent reads are not supported on global secondary indexes");
    const from = input.ConsistentRead ? this.all : (this.lagging ?? this.all);
    return query(from.values(), input, index);
  }

  private single(request: Record<string, Write>): unknown {
    const plan = planOf(this.all, request);
    if (!plan.ok) throw conditionFailed(plan.before, plan.returnsOld);
    this.commit(plan);
    const { ReturnValues = "NONE" } = Object.values(request)[0] ?? {};
    if (ReturnValues === "NONE") return {};
    if (ReturnValues === "ALL_OLD") return { Attributes: plan.before };
    const changed = Object.entries(plan.next ?? {}).filter(
      ([name, value]) => ReturnValues === "ALL_NEW" || textOf(plan.before?.[name]) !== textOf(value),
    );
    return {
      Attributes: Object.fromEntries(
        changed.filter(([name]) => ReturnValues === "ALL_NEW" || !KEYS.includes(name)),
      ),
    };
  }

  private transact({
    TransactItems = [],
    ClientRequestToken,
    ...rest
  }: TransactWriteCommand["input"]): unknown {
    this.known(NAME, rest);
    if (TransactItems.length < 1 || TransactItems.length > 100)
      throw new ValidationException("Member must have length between 1 and 100");
    const payload = textOf(TransactItems);
    const earlier = ClientRequestToken === undefined ? undefined : this.tokens.get(ClientRequestToken);
    if (earlier && this.now() - earlier.at < TOKEN_LIFE_MS) {
      if (earlier.payload !== payload) throw tokenMismatch();
      return {};
    }
    const plans = TransactItems.map((each) => planOf(this.all, each as Record<string, Write>));
    if (new Set(plans.map(({ id }) => id)).size !== plans.length)
      throw new ValidationException("Transaction request cannot include multiple operations on one item");
    if (plans.some(({ ok }) => !ok)) {
      throw cancelled(
        plans.map(
          ({ ok, before, returnsOld }): Reason =>
            ok ? { code: "None" } : { code: "ConditionalCheckFailed", met: returnsOld ? before : undefined },
        ),
      );
    }
    for (const plan of plans) this.commit(plan);
    if (ClientRequestToken !== undefined) this.tokens.set(ClientRequestToken, { payload, at: this.now() });
    return {};
  }

  private commit({
    id,
    before,
    next,
  }: {
    id: string;
    before: Item | undefined;
    next: Item | undefined;
  }): void {
    this.undone.push({ id, before });
    if (this.undone.length > LAG_WRITES) this.undone.shift();
    if (!next) this.all.delete(id);
    else this.all.set(id, next);
    if (next?.entity === "event" && !before)
      this.events.push({ pk: `${next.pk}`, sk: `${next.sk}`, body: `${next.body}`, hash: `${next.hash}` });
    this.written?.(before, next);
  }

  private known(tableName: string | undefined, rest: object): void {
    if (tableName !== NAME) throw new ValidationException(`no table ${tableName}`);
    const [unknown] = Object.entries(rest).filter(([, value]) => value !== undefined);
    if (unknown) throw new TypeError(`the fake table does not know ${unknown[0]}`);
  }
}
