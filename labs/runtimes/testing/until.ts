// For tests against a real cluster: look again until it is as it should be.

/** What was seen when it held. Throws with what was seen last. */
export async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean, timeoutMs = 15_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > deadline) throw new Error(`it stayed so: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
