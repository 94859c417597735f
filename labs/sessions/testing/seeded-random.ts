// Random numbers that a seed gives again, so that a failure by chance can be repeated. Used by chaos tests.

/** mulberry32: numbers from 0 up to, not including, 1. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The seed of this run: PODWIRE_CHAOS_SEED, or a new one. */
export function chooseSeed(): number {
  const given = process.env.PODWIRE_CHAOS_SEED
  if (!given) return Date.now() % 2 ** 31
  if (!/^\d{1,10}$/.test(given))
    throw new Error(`PODWIRE_CHAOS_SEED=${given} is not a seed: it takes a whole number, as a failure prints it.`)
  return Number(given)
}
