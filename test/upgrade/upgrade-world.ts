import type { Edit } from "../fakes/policy.ts";
import type { Release } from "../fakes/release.ts";
import { World } from "../fakes/world.ts";
import { policyOf, releases, type Which } from "./releases.ts";

/** Which release runs a function: by its name, and by how many runs there were before. */
export type Plan = (capability: string, runsBefore: number) => Which;

/** A deployment of which each function is of one release or another; the table, IAM, queues and executions are one. */
export class UpgradeWorld extends World {
  private readonly plan: Plan;
  private readonly edit: Edit | undefined;
  private readonly next: Release;

  /** `careless`: what the next release does otherwise, to see that it is found. */
  constructor(plan: Plan, edit?: Edit, careless: Partial<Release> = {}) {
    super(edit);
    this.next = { ...releases.next, ...careless };
    this.plan = plan;
    this.edit = edit;
    this.policy = policyOf(releases.next, edit);
  }

  /** Runs of functions so far, whichever they were. */
  runsSoFar = (): number => Object.values(this.runs).reduce((sum, each) => sum + each, 0);

  protected override release(capability: string): Release {
    const which = this.plan(capability, this.runsSoFar() - 1);
    return which === "next" ? this.next : releases[which];
  }
  protected override depsOf(capability: string) {
    const release = this.release(capability);
    return { ...this.deps(), ...policyOf(release === this.next ? releases.next : release, this.edit) };
  }
}
