import type { Person } from "./person.ts";

/** What an attacker knows and does not: every phone number, nobody's SMS. */
export interface Attack {
  readonly victims: readonly Person[];
  readonly untilMs: number;
  /** Six digits that are not this challenge's code: luck of one in a million is not what is tested. */
  readonly wrongCode: (victim: Person, challenge: string) => string;
}

type Move = (attacker: Person, attack: Attack) => Promise<void>;

/** Attacks in random order until the time is up; whatever it is answered, nothing may come of it. */
export async function attack(attacker: Person, plan: Attack): Promise<void> {
  const { random, schedule } = attacker;
  const moves = attacker.line === null ? MOVES : LINE_MOVES;
  while (schedule.nowMs < plan.untilMs) {
    await random.pick(moves)(attacker, plan);
    await attacker.sleep(random.magnitude(50, 10_000));
  }
  attacker.ended = "attack over";
}

const MOVES: readonly Move[] = [guess, sprayAtOnce, bomb, crossOver, forge];

const LINE_MOVES: readonly Move[] = [...MOVES, ...MOVES, jumpLine, borrowPass, bendPass];

/** Acts without a place. */
async function jumpLine(attacker: Person): Promise<void> {
  attacker.pass = null;
  await registerNow(attacker);
}

/** Somebody else's place, or one's own before its turn. */
async function borrowPass(attacker: Person, { victims }: Attack): Promise<void> {
  const own = await attacker.joinLine(null);
  const isOwn = attacker.random.chance(0.3) && own.kind === "in-line";
  attacker.pass = isOwn ? own.pass : attacker.random.pick(victims).pass;
  await registerNow(attacker);
}

/** A place made up, or another one made of it. */
async function bendPass(attacker: Person): Promise<void> {
  const own = await attacker.joinLine(null);
  attacker.pass = bent(own.kind === "in-line" ? own.pass : "A".repeat(64), attacker);
  await registerNow(attacker);
}

/** With the pass in hand. */
async function registerNow(attacker: Person): Promise<void> {
  const askedAtMs = attacker.schedule.nowMs;
  const asked = await attacker.askCode();
  if (asked.kind !== "sent") return;
  await attacker.sleep(3_000);
  const sms = attacker.inbox.findLast(({ atMs }) => atMs >= askedAtMs);
  const { phone } = attacker;
  const { challenge } = asked;
  await attacker.confirm({ kind: "code", phone, challenge, code: sms?.code ?? "000000" });
}

/** Asks for a code to the victim's phone and guesses it, on and on. */
async function guess(attacker: Person, { victims, wrongCode }: Attack): Promise<void> {
  const { random } = attacker;
  const victim = random.pick(victims);
  const asked = await attacker.askCode({ phone: victim.phone });
  if (asked.kind !== "sent") return;
  const { challenge } = asked;
  for (let tries = 0; tries < 12; tries += 1) {
    const proof = { phone: victim.phone, challenge, code: wrongCode(victim, challenge) };
    if (random.chance(0.5)) await attacker.verify(proof);
    else await attacker.confirm({ kind: "code", ...proof });
    if (random.chance(0.3)) await attacker.askCode({ phone: victim.phone, challenge });
    await attacker.sleep(random.between(50, 6_000));
  }
}

/** Many guesses in parallel, which may not be more than five between a check and its count. */
async function sprayAtOnce(attacker: Person, { victims, wrongCode }: Attack): Promise<void> {
  const victim = attacker.random.pick(victims);
  const asked = await attacker.askCode({ phone: victim.phone });
  if (asked.kind !== "sent") return;
  const { challenge } = asked;
  await Promise.all(
    Array.from({ length: 20 }, () =>
      attacker.verify({ phone: victim.phone, challenge, code: wrongCode(victim, challenge) }),
    ),
  );
}

/** Code after code to a victim, who must get through all the same. */
async function bomb(attacker: Person, { victims }: Attack): Promise<void> {
  const victim = attacker.random.pick(victims);
  for (let sends = 0; sends < 12; sends += 1) {
    await attacker.askCode({ phone: victim.phone });
    await attacker.sleep(attacker.random.between(0, 1_500));
  }
}

/** A challenge and code of one's own phone, used for someone else's. */
async function crossOver(attacker: Person, { victims, wrongCode }: Attack): Promise<void> {
  const victim = attacker.random.pick(victims);
  const own = await attacker.askCode();
  if (own.kind !== "sent") return;
  await attacker.sleep(3_000);
  const code = attacker.inbox.at(-1)?.code ?? "000000";
  const { phone } = victim;
  await attacker.confirm({ kind: "code", phone, challenge: own.challenge, code });
  const other = await attacker.askCode({ phone });
  if (other.kind !== "sent") return;
  const wrong = wrongCode(victim, other.challenge);
  await attacker.confirm({ kind: "code", phone, challenge: other.challenge, code: wrong });
}

/** Tokens bent or made up. */
async function forge(attacker: Person, { victims, wrongCode }: Attack): Promise<void> {
  const { random } = attacker;
  const victim = random.pick(victims);
  const asked = await attacker.askCode();
  const token = asked.kind === "sent" ? asked.challenge : "A".repeat(72);
  const made = bent(token, attacker);
  await attacker.confirm({
    kind: "code",
    phone: victim.phone,
    challenge: made,
    code: wrongCode(victim, made),
  });
  await attacker.confirm({ kind: "verification", verification: made });
}

/** With one character that is another. */
function bent(token: string, { random }: Person): string {
  const place = random.whole(0, token.length - 1);
  return `${token.slice(0, place)}${token[place] === "A" ? "B" : "A"}${token.slice(place + 1)}`;
}
