import { ok as assert } from "node:assert";
import type { ActorOptions, ActorRefusal } from "../actor/actor.ts";
import { Actor } from "../actor/actor.ts";
import { shardHash } from "../actor/shard-hash.ts";
import type { PhoneKey } from "../attendee/phone.ts";
import type {
  CheckMessage,
  CheckReply,
  OtpMessage,
  OtpPolicy,
  OtpPrivateMessage,
  OtpReply,
  SendMessage,
  SendReply,
} from "./otp.ts";
import { EMPTY_OTP_STATE, hasLiveChallenge, isForgettable, turn } from "./otp.ts";
import type { PackedState } from "./packed-state.ts";
import { packedForgettableAtMs, packState, unpackState } from "./packed-state.ts";

export interface OtpShardsOptions {
  readonly policy: OtpPolicy;
  /** A power of two. */
  readonly shardCount: number;
  readonly entriesPerShardMax: number;
  /** Secret, 32 bits: nobody can pick phones that meet in one shard. */
  readonly shardSeed: number;
  readonly actor: ActorOptions;
}

/** A new phone found its shard full of phones with codes under way. */
interface ShardFull {
  readonly kind: "shard-full";
}

export type ShardRefusal = ShardFull | ActorRefusal;

/** The phones, dealt to actors by a keyed hash; one phone's messages are turned one after another. */
export class OtpShards {
  readonly #shards: readonly OtpShard[];
  readonly #seed: number;
  #sweptCount = 0;

  constructor(options: OtpShardsOptions) {
    assert((options.shardCount & (options.shardCount - 1)) === 0, "shardCount is a power of two");
    this.#shards = Array.from({ length: options.shardCount }, () => new OtpShard(options));
    this.#seed = options.shardSeed;
  }

  get entryCount(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.entryCount, 0);
  }

  ask(phone: PhoneKey, message: SendMessage): Promise<SendReply | ShardRefusal>;
  ask(phone: PhoneKey, message: CheckMessage): Promise<CheckReply | ShardRefusal>;
  ask(phone: PhoneKey, message: OtpMessage): Promise<OtpReply | ShardRefusal> {
    return this.#shardOf(phone).actor.ask({ phone, message });
  }

  tell(phone: PhoneKey, message: OtpPrivateMessage): boolean {
    return this.#shardOf(phone).actor.tell({ phone, message });
  }

  /** Sweeps one shard, another each time, instead of a timer per phone: a million phones are not met in one go. */
  sweepNext(nowMs: number): void {
    this.#shards[this.#sweptCount % this.#shards.length]?.sweep(nowMs);
    this.#sweptCount += 1;
  }

  async drain(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.actor.drain()));
  }

  #shardOf(phone: PhoneKey): OtpShard {
    const shard = this.#shards[shardHash(phone, this.#seed) & (this.#shards.length - 1)];
    assert(shard !== undefined);
    return shard;
  }
}

interface Addressed {
  readonly phone: PhoneKey;
  readonly message: OtpMessage;
}

class OtpShard {
  readonly actor: Actor<Addressed, OtpReply | ShardFull>;
  readonly #states = new Map<PhoneKey, PackedState>();
  readonly #policy: OtpPolicy;
  readonly #entriesMax: number;

  constructor(options: OtpShardsOptions) {
    this.#policy = options.policy;
    this.#entriesMax = options.entriesPerShardMax;
    this.actor = new Actor((addressed, nowMs) => this.#turn(addressed, nowMs), options.actor);
  }

  get entryCount(): number {
    return this.#states.size;
  }

  sweep(nowMs: number): void {
    for (const [phone, packed] of this.#states) {
      if (packedForgettableAtMs(packed) <= nowMs) this.#states.delete(phone);
    }
  }

  #turn({ phone, message }: Addressed, nowMs: number): OtpReply | ShardFull {
    const packed = this.#states.get(phone);
    if (packed === undefined && !this.#makeRoom(nowMs)) return { kind: "shard-full" };
    const stored = packed === undefined ? EMPTY_OTP_STATE : unpackState(packed);
    const { state, reply } = turn(stored, message, nowMs, this.#policy);
    // A refusal of a phone nobody knows leaves nothing behind, so strangers cannot fill the shard with it.
    const isKept = packed !== undefined || !isForgettable(state, nowMs);
    if (isKept) this.#states.set(phone, packState(state));
    return reply;
  }

  /** A full shard forgets past phones first, then budgets of phones with no code under way. */
  #makeRoom(nowMs: number): boolean {
    if (this.#states.size < this.#entriesMax) return true;
    this.sweep(nowMs);
    if (this.#states.size < this.#entriesMax) return true;
    for (const [phone, packed] of this.#states) {
      if (!hasLiveChallenge(unpackState(packed), nowMs)) this.#states.delete(phone);
    }
    return this.#states.size < this.#entriesMax;
  }
}
