// One round over checks that may need each other. Pure but for what `judge` does. Called by grader.ts.
import type { CheckOutcome } from './scoreboard.ts'

interface Entry {
  id: string
  needs?: readonly string[]
}

/**
 * Judges all entries at the same time, except that one with `needs` waits until those passed; when one of them did not, it is `waiting` and not
 * judged. `record` hears each outcome as soon as it is known. The catalogue has made sure that needs form no circle.
 */
export async function takeRound<E extends Entry>(
  entries: readonly E[],
  judge: (entry: E) => Promise<CheckOutcome>,
  record: (id: string, outcome: CheckOutcome) => void,
): Promise<void> {
  const outcomes = new Map<string, Promise<CheckOutcome>>()
  const outcomeOf = (entry: E): Promise<CheckOutcome> => {
    const known = outcomes.get(entry.id)
    if (known) return known
    const outcome = judgeInTurn(entry)
    outcomes.set(entry.id, outcome)
    return outcome
  }
  async function judgeInTurn(entry: E): Promise<CheckOutcome> {
    const needed = entries.filter((other) => entry.needs?.includes(other.id))
    const before = await Promise.all(needed.map(outcomeOf))
    const outcome: CheckOutcome = before.every(({ state }) => state === 'pass') ? await judge(entry) : { state: 'waiting' }
    record(entry.id, outcome)
    return outcome
  }
  await Promise.all(entries.map(outcomeOf))
}
