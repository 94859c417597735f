// What was last asked in a scenario, remembered by the browser. Pure but for localStorage; used by probe-form.tsx.
import type { PathQuestion } from '../../labs/spec/path.ts'

const keyOf = (scenarioId: string): string => `podwire.path.${scenarioId}`

/** Naming localStorage can throw, too, hence inside. */
export function readLastQuestion(scenarioId: string): PathQuestion | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(scenarioId)) ?? 'null')
    if (typeof kept !== 'object' || kept === null || !('from' in kept) || !('to' in kept)) return undefined
    const { from, to } = kept
    return typeof from === 'string' && typeof to === 'string' ? { from, to } : undefined
  } catch {
    return undefined // a browser that keeps nothing, or something else under our name
  }
}

export function writeLastQuestion(scenarioId: string, question: PathQuestion): void {
  try {
    localStorage.setItem(keyOf(scenarioId), JSON.stringify(question))
  } catch {
    // a browser that keeps nothing: the fields hold it for this page
  }
}
