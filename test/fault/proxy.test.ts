import { describe, expect, test } from "bun:test";
import { Database } from "../../src/adapters/postgres/client.ts";
import { DatabaseDeadlineError } from "../../src/adapters/postgres/errors.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import type { CrowdedSaleOptions } from "./crowded-sale.ts";
import { CrowdedSale, RECOVERY_MS_MAX } from "./crowded-sale.ts";

/** Of a crowd, whose claims break the network. */
const UNLUCKY_SHARE = 0.04;
const STALL = { kind: "stall" } as const;

/** A crowd whose server reaches its database through a proxy. */
async function openBehindProxy(
  options: Omit<CrowdedSaleOptions, "databaseUrl" | "serverDatabaseUrl">,
) {
  await using opening = new AsyncDisposableStack();
  const { url: databaseUrl } = opening.use(await freshDatabase());
  const proxy = opening.use(await TcpProxy.start(databaseUrl));
  const sale = opening.use(
    await CrowdedSale.open({ ...options, databaseUrl, serverDatabaseUrl: proxy.url }),
  );
  const resources = opening.move();
  return { proxy, sale, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

describe.concurrent("a network between server and database", () => {
  test("that breaks while it carries a commit, or its answer, costs nobody a seat: the re-run answers 201", async () => {
    await using world = await openBehindProxy({ quota: 3, peopleCount: 3, seed: 1 });
    const { proxy, sale } = world;
    await sale.crowd.register(sale.people.slice(0, 1));
    for (const [index, place] of [[1, "before"] as const, [2, "after"] as const]) {
      const struck = proxy.cutAt(sale.people[index]?.phone.slice(1) ?? "", place);
      const claimed = await sale.claimOnce(index);
      await struck;
      expect(claimed.status).toBe(201);
      await sale.crowd.register(sale.people.slice(index, index + 1));
      const again = sale.crowd.told.acknowledged.at(-1);
      expect(again).toMatchObject({ registrationId: claimed.body["registrationId"] });
    }
    expect(proxy.cutCount).toBe(2);
    await sale.expectHonest();
  });

  test("that takes 300 ms each way makes registering slow, and nothing else", async () => {
    const options = { quota: 30, peopleCount: 40, walkerCount: 40, seed: 2 };
    await using world = await openBehindProxy(options);
    const { proxy, sale } = world;
    const delay = { kind: "delay", delayMs: 300 } as const;
    proxy.set({ toServer: delay, toClient: delay });
    await sale.crowd.register(sale.people);
    expect(sale.crowd.tally.later).toBe(0);
    await sale.expectHonest();
  });

  test("that swallows everything, or every answer, without a word costs a 503 with a verification, and heals by itself", async () => {
    await Promise.all(
      [{ toServer: STALL, toClient: STALL }, { toClient: STALL }].map(async (flows) => {
        await using world = await openBehindProxy({ quota: 20, peopleCount: 30, seed: 3 });
        const { proxy, sale } = world;
        await sale.crowd.register(sale.people.slice(0, 5));
        proxy.set(flows);
        await sale.expectShed(5);
        // The links there are stay silent for ever.
        proxy.healNewLinks();
        const registered = sale.crowd.register(sale.people);
        expect(await sale.msToNextSeat()).toBeLessThan(RECOVERY_MS_MAX);
        await registered;
        await sale.expectHonest();
      }),
    );
  });

  test("that falls silent costs the calls under way: the next have another connection", async () => {
    await using database = await freshDatabase();
    await using proxy = await TcpProxy.start(database.url);
    const { url } = proxy;
    const deadlineMs = 2_000;
    const shape = { applicationName: "test", connectionCountMax: 1, isPrepared: true };
    await using client = new Database({ url, deadlineMs, ...shape });
    const ask = () => client.run((sql) => sql<{ answer: number }[]>`select 42 as answer`);
    await ask();
    proxy.set({ toServer: STALL, toClient: STALL });
    const silence = await ask().catch((error: unknown) => error);
    expect(silence).toBeInstanceOf(DatabaseDeadlineError);
    proxy.healNewLinks();
    expect((await ask())[0]?.answer).toBe(42);
  });

  test.each([11, 12])(
    "that breaks at random under a crowd (seed %d) costs nobody a seat",
    async (seed) => {
      await using world = await openBehindProxy({ quota: 200, peopleCount: 250, seed });
      const { proxy, sale } = world;
      const random = new Random(seed);
      const unlucky = sale.people.filter(() => random.chance(UNLUCKY_SHARE));
      const strikes = unlucky.map(({ phone }) =>
        proxy.cutAt(phone.slice(1), random.chance(0.5) ? "before" : "after"),
      );
      await sale.crowd.register(sale.people);
      await Promise.all(strikes);
      expect(proxy.cutCount).toBeGreaterThan(5);
      await sale.expectHonest();
    },
  );
});
