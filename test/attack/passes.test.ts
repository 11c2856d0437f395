import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Answer } from "../support/harness.ts";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import type { Body } from "./code-desk.ts";
import { PERSON, said, tally } from "./code-desk.ts";
import { forgeries, splices } from "./forgeries.ts";
import type { Proved } from "./pass-desk.ts";
import { PassDesk, shownBy, writesOf } from "./pass-desk.ts";

setDefaultTimeout(120_000);

describe("a pass", () => {
  test("with any byte changed, cut, lengthened, or joined of two genuine ones opens nothing", async () => {
    await using world = await PassDesk.open(10);
    const { desk } = world;
    const [alice, bob] = [await world.prove(), await world.prove()];
    const own = await world.join(alice);
    const bobs = await world.join(bob);
    await world.letIn(2);
    const later = await world.join(alice);
    const forged = [...forgeries(own), ...splices(own, bobs), ...splices(own, later)];
    const answers = await attempts(world, alice, forged);
    expect(tally(answers)).toEqual({ pass_invalid: 5 * forged.length });
    await nothingCame(world, [alice, bob]);

    const { verification } = alice;
    const seat = await desk.post("registrations", { ...PERSON, verification, pass: own });
    expect(seat.status).toBe(201);
  });

  test("opens nothing where it is missing, another phone's, another event's, or too early", async () => {
    await using world = await PassDesk.open(2);
    const [alice, bob, late] = [await world.prove(), await world.prove(), await world.prove()];
    await world.join(alice);
    const bobs = await world.join(bob);
    await world.letIn(2);
    const abroad = await world.joinByProof(alice.phone);
    const early = await world.join(late);

    const missing = await attempts(world, alice, [undefined, null]);
    expect(tally(missing)).toEqual({ pass_required: 8, proof_required: 2 });
    const others = await attempts(world, alice, ["", bobs, abroad, early]);
    expect(tally(others)).toEqual({ pass_invalid: 20 });
    const soon = await attempts(world, late, [early]);
    expect(tally(soon)).toEqual({ not_your_turn: 5 });
    expect(soon.filter(({ body }) => body["lapsed"] !== undefined)).toEqual([]);
    await nothingCame(world, [alice, bob, late]);
  });

  test("opens nothing once its time is over, nor in the sale after its own", async () => {
    await using world = await PassDesk.open(2);
    const { desk } = world;
    const [alice, bob] = [await world.prove(), await world.prove()];
    const passes = [await world.join(alice), await world.join(bob)];
    await world.letIn(2);
    await desk.clock.advance(121_000);
    const over = await attempts(world, alice, [passes[0]]);
    expect(over.map(({ body }) => [body["code"], body["lapsed"]])).toEqual(
      over.map(() => ["not_your_turn", true]),
    );
    await nothingCame(world, [alice, bob]);

    await world.nextLobby();
    const renewed = await world.join(alice);
    await world.letIn(1);
    // Her code has long expired; what proves the phone is good for every sale of the event.
    const body = { ...PERSON, verification: alice.verification };
    const stale = await desk.post("registrations", { ...body, pass: passes[0] });
    expect(said(stale)).toBe("pass_invalid");
    expect(said(await desk.post("codes", { phone: bob.phone, pass: passes[1] }))).toBe(
      "pass_invalid",
    );
    await nothingCame(world, [alice, bob]);
    expect((await desk.post("registrations", { ...body, pass: renewed })).status).toBe(201);
  });

  test("is asked for by every spelling of every address", async () => {
    await using world = await PassDesk.open(10);
    const alice = await world.prove();
    const own = await world.join(alice);
    await world.letIn(1);
    const served = new Set<string>();
    for (const [call, body] of writesOf(alice)) {
      for (const [name, spell] of Object.entries(SPELLINGS)) {
        const answer = await sendTo(world, spell(`/api/v1/events/mela/${call}`), body);
        expect([400, 403, 404, 405], `${name} of ${call}: ${answer.body}`).toContain(answer.status);
        if (answer.body.includes('"pass_required"')) served.add(name);
      }
    }
    // What the router takes for the address is met by the gate; the rest leads nowhere.
    for (const name of ["plain", "slash at the end", "a coded letter", "two coded dots"]) {
      expect(served, name).toContain(name);
    }
    await nothingCame(world, [alice]);
    const plain = { ...PERSON, verification: alice.verification, pass: own };
    const address = "/api/v1/events/mela/registrations";
    expect((await sendTo(world, address, plain)).status).toBe(201);
  });

  test("is read from one field alone, the last of that name, and only as a text", async () => {
    await using world = await PassDesk.open(10);
    const [alice, bob] = [await world.prove(), await world.prove()];
    const own = await world.join(alice);
    const bobs = await world.join(bob);
    await world.letIn(2);
    for (const [call, body] of writesOf(alice)) {
      const address = `/api/v1/events/mela/${call}`;
      const rest = JSON.stringify(body).slice(1, -1);
      const answerTo = async (fields: string, query = "") =>
        (await sendTo(world, address + query, `{${rest},${fields}}`)).body;
      for (const fields of [
        `"Pass":"${own}"`,
        `"PASS":"${own}"`,
        `"pass ":"${own}"`,
        `"asker":{"pass":"${own}"}`,
        `"__proto__":{"pass":"${own}"}`,
        `"constructor":{"prototype":{"pass":"${own}"}}`,
        `"pass":"${own}","pass":null`,
      ]) {
        expect(await answerTo(fields, `?pass=${own}`), fields).toContain('"pass_required"');
      }
      for (const fields of [`"pass":"${own}","pass":"${bobs}"`, `"p\\u0061ss":"${bobs}"`]) {
        expect(await answerTo(fields), fields).toContain('"pass_invalid"');
      }
      for (const value of [`["${own}"]`, `{"0":"${own}"}`, "true", "1", `"${own.repeat(3)}"`]) {
        expect(await answerTo(`"pass":${value}`), value).toContain('"invalid_body"');
      }
    }
    await nothingCame(world, [alice, bob]);
  });

  test("that is invented is charged to its source; one that is missing or early is not", async () => {
    await using world = await PassDesk.open(1);
    const { desk } = world;
    const [alice, late] = [await world.prove(), await world.prove()];
    const own = await world.join(alice);
    await world.letIn(1);
    const early = await world.join(late);
    const [guesser, waiter] = ["12.0.0.1", "12.0.1.1"];
    for (const forged of forgeries(own).slice(0, 25)) {
      await desk.post("codes", { phone: alice.phone, pass: forged }, { from: guesser });
      await desk.post("codes", { phone: late.phone, pass: early }, { from: waiter });
      await desk.post("codes", { phone: late.phone }, { from: waiter });
    }
    const recovered = { phone: alice.phone, purpose: "recover" };
    const refused = await desk.post("codes", recovered, { from: guesser });
    expect(said(refused)).toBe("proof_required");
    expect((await desk.post("codes", recovered, { from: waiter })).status).toBe(202);
  });
});

/** Each write of this person, and how long the seat is kept, with each of the passes, all from unblemished addresses. */
function attempts(
  { desk }: PassDesk,
  person: Proved,
  passes: readonly (string | null | undefined)[],
): Promise<readonly Answer[]> {
  return desk.all(
    passes.flatMap((pass) =>
      [...writesOf(person), shownBy(person)].map(([call, body]) =>
        desk.post(call, { ...body, pass }),
      ),
    ),
  );
}

/** But the codes that proved the phones. */
async function nothingCame({ desk }: PassDesk, people: readonly Proved[]): Promise<void> {
  expect(people.map(({ phone }) => desk.phones.countOf(phone))).toEqual(people.map(() => 1));
  expect(await desk.registrationCount()).toBe(0);
}

/** The target and the body as they are written here: nothing on the way makes them proper. */
function sendTo({ desk }: PassDesk, target: string, body: Body | string) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = {
    "content-type": "application/json",
    "content-length": String(text.length),
    connection: "close",
  };
  return sendRaw(desk.url, requestHead(`POST ${target}`, headers) + text);
}

const SPELLINGS: Readonly<Record<string, (path: string) => string>> = {
  plain: (path) => path,
  "slash at the end": (path) => `${path}/`,
  "two slashes at the end": (path) => `${path}//`,
  "two slashes at the front": (path) => `/${path}`,
  "two slashes within": (path) => path.replace("/mela/", "/mela//"),
  "a dot": (path) => path.replace("/mela/", "/./mela/"),
  "two dots": (path) => path.replace("/mela/", "/x/../mela/"),
  "two coded dots": (path) => path.replace("/mela/", "/x/%2e%2e/mela/"),
  "a coded slash": (path) => path.replace("/mela/", "/mela%2F"),
  "a coded letter": (path) => path.replace("/mela/", "/%6dela/"),
  "a letter coded twice": (path) => path.replace("/mela/", "/%256dela/"),
  "a coded letter of the call": (path) =>
    path.replace(
      /\/(\w)(\w+)$/,
      (_, first, rest) => `/%${first.charCodeAt(0).toString(16)}${rest}`,
    ),
  "upper case": (path) => path.toUpperCase(),
  "upper case of the event": (path) => path.replace("mela", "MELA"),
  "upper case of the call": (path) => path.replace(/\w+$/, (call) => call.toUpperCase()),
  "a space at the end": (path) => `${path}%20`,
  "a nought at the end": (path) => `${path}%00`,
  "a parameter": (path) => `${path};x=1`,
  "a query": (path) => `${path}?pass=x`,
  "a backslash": (path) => path.replace("/mela/", "\\mela/"),
  "a whole address": (path) => `http://localhost${path}`,
};
