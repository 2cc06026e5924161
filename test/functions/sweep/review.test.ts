import { expect, it } from "vitest";
import { sensitive } from "../../fakes/asks.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const HOUR = 3_600_000;
const rung = () => at.world.lines.filter(({ code }) => code === "review.late").length;
const sweepAt = async (hours: number) => {
  await at.world.advance(hours * HOUR);
  await at.world.sweep();
};

it("a broken glass that nobody has looked at for a day rings, each hour anew, until its review is closed", async () => {
  const reply = await at.world.agent("support-assistant").ask({ ...sensitive, breakGlass: true });
  const { id } = reply.body as { id: string };
  await at.world.sweep();
  await sweepAt(23);
  expect(rung()).toBe(0);
  await sweepAt(1.1);
  await at.world.sweep();
  expect(rung()).toBe(1);
  await sweepAt(1.1);
  expect(rung()).toBe(2);
  const comment = "a customer was in hospital";
  await at.world.person("samira").call("POST", `/grants/${id}/review`, { body: { comment } });
  await sweepAt(30);
  expect(rung()).toBe(2);
});
