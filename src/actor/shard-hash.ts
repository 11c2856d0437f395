/**
 * Shard of a whole number below 2^53: both halves through the finaliser of MurmurHash3 (Appleby, public
 * domain), keyed by a secret so that nobody can pick numbers that meet in one shard.
 * Version 1, pinned by golden vectors: a changed hash sends every phone to another shard.
 */
export function shardHash(key: number, seed: number): number {
  const low = key >>> 0;
  const high = Math.floor(key / 0x1_0000_0000) >>> 0;
  return mix(mix(low ^ seed) ^ high);
}

function mix(word: number): number {
  let hash = word >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
