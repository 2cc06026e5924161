/** An answer, as far as the model predicts it. */
export type Reply = { status: number; code: string | undefined; body: Record<string, unknown> };
type More = { body?: unknown; query?: Record<string, string>; headers?: Record<string, string> };
/** A mail with the means to decide. */
export type Invitation = { to: string; grant: string; token: string; code: string };

/** A broker as its callers have it, whatever stands behind: the fakes of AWS, or the local AWS over signed HTTP. */
export type Broker = {
  /** `who`: an agent, a person or a performing system by its id, or `stranger`: verified, and in no catalogue. */
  call(who: string, method: "GET" | "POST" | "DELETE", path: string, more?: More): Promise<Reply>;
  document(path: string): Promise<Reply>;
  /** The approval page: only its status is told. */
  page(token: string): Promise<number>;
  submit(token: string, form: Record<string, string>): Promise<number>;
  /** Every mail so far about these grants, oldest first. */
  invitations(grants: readonly string[]): Promise<Invitation[]>;
  now(): number;
  /** Time goes by, and all that comes by itself in it is done. */
  pass(ms: number): Promise<void>;
  /** Everything that machines do at once about a grant is done. */
  settled(id: string): Promise<void>;
};
