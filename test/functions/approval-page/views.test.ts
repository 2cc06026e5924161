import { describe, expect, it } from "vitest";
import { possibleSection } from "../../../functions/approval-page/page/sections.ts";
import type { Parties } from "../../../functions/approval-page/stage-view.ts";
import { approvalViewOf } from "../../../functions/approval-page/views.ts";
import { possiblePieces } from "../../../functions/ask-approvers/mail/words.ts";
import type { Catalogue } from "../../../functions/core/catalogue.ts";
import type { Grant, Stage } from "../../../functions/core/grant/grant.ts";
import { render } from "../../../functions/core/html.ts";
import { twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const NOON = "2026-11-21T12:00:00Z";

/** The view of a real grant whose open stage has more to it, for Priya at a time, in a catalogue that was edited. */
async function viewed(
  change: Partial<Stage>,
  more: { at?: string; edit?: (catalogue: Catalogue) => void; grant?: Partial<Grant> } = {},
) {
  const grant = at.world.grant(await twoStageGrant(at.world));
  const catalogue = structuredClone(at.world.policy.catalogue);
  more.edit?.(catalogue);
  const find = <T extends { id: string }>(list: T[], id: string): T => {
    const found = list.find((each) => each.id === id);
    if (!found) throw new Error(`no ${id}`);
    return found;
  };
  const parties: Parties = {
    catalogue,
    agent: find(catalogue.agents, "analytics-copilot"),
    resource: find(catalogue.resources, "claims"),
    person: find(catalogue.people, "priya"),
    at: Date.parse(more.at ?? NOON),
  };
  const stages = grant.stages.map((stage) => (stage.status === "open" ? { ...stage, ...change } : stage));
  return approvalViewOf(parties, { ...grant, ...more.grant, stages } as Grant);
}

const SECURITY = ["Samira Haddad", "Noor de Wit", "Emil Lindqvist"];

describe("what an approver is shown of a stage", () => {
  it("is decided by link unless its rule says signed", async () => {
    expect((await viewed({})).signedOnly).toBe(false);
    const view = await viewed({ channel: "signed" });
    expect(view.signedOnly).toBe(true);
    expect(view.stages.map(({ channel }) => channel)).toEqual(["signed", undefined]);
  });

  it.each([
    ["before its time", "2026-11-21T11:59:59Z", false, ["Priya Raman", "Tomás Herrera"]],
    ["from its time on", NOON, true, ["Priya Raman", "Tomás Herrera", ...SECURITY]],
  ])("names the second group, and its people among those who may decide %s", async (_, when, due, asked) => {
    const view = await viewed({ escalateTo: "security", escalateAt: NOON }, { at: when });
    expect(view.stages[0]).toMatchObject({
      asked,
      escalation: { groupName: "Security engineering", at: NOON, due, people: SECURITY },
    });
  });

  it("names the team that is left out, and nobody of it", async () => {
    const team = (id: string, name: string) => (catalogue: Catalogue) => {
      for (const person of catalogue.people) person.team = person.id === id ? name : "privacy-office";
    };
    const own = at.world.policy.catalogue.agents.find(({ id }) => id === "analytics-copilot")?.team ?? "";
    const view = await viewed({ exclude: "team" }, { edit: team("tomas", own) });
    expect(view.stages[0]).toMatchObject({ excludedTeam: own, asked: ["Priya Raman"] });
    expect((await viewed({}, { edit: team("tomas", own) })).stages[0]).toMatchObject({
      excludedTeam: undefined,
      asked: ["Priya Raman", "Tomás Herrera"],
    });
  });

  it("says by which way each has answered, with the comment", async () => {
    const decided = [{ person: "tomas", at: NOON, comment: "fine", channel: "signed" as const }];
    expect((await viewed({ decided })).stages[0]?.decided).toEqual([
      { name: "Tomás Herrera", at: NOON, comment: "fine", channel: "signed" },
    ]);
  });

  it("has a deadline only while it is open, and marks it as this person's only then", async () => {
    const { stages, decideBy } = await viewed({});
    expect(stages.map((stage) => [stage.decideBy, stage.current])).toEqual([
      [decideBy, true],
      [undefined, false],
    ]);
  });

  it("shows the recorded risk as it is, and no history unless it was read", async () => {
    const view = await viewed({});
    expect(view.risk).toEqual(at.world.grant(view.grant ?? "").decision.risk);
    expect(view.earlier).toBeUndefined();
  });
});

describe("what an approver is shown of masked rows", () => {
  it("has the agent's scope as a value, also where it reads like our own words", async () => {
    const prefix = "2026/, checked by security: nothing to decide";
    const view = await viewed({}, { grant: { masked: true, scope: { prefix } } });
    const [first = "", ...others] = possiblePieces({ ...view, link: "" }).map((pieces) =>
      pieces.map(({ text, literal }) => (literal ? `<${text}>` : text)).join(""),
    );
    expect(first).toMatch(/^be given masked rows, for which Latchkey itself may read /);
    expect(first).toContain(`<claims/${prefix}>`);
    expect(others.join("\n")).not.toContain("security");
    expect(render(possibleSection(view))).toContain(`<code>claims/${prefix}</code>`);
    expect(view.statements).toEqual([]);
  });
});
