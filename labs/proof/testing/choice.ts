// Which scenarios a test run takes the long way: those that the last change touches, and a few in rotation, so that all have their turn. Pure; used by
// prove-scenarios.ts.

/** Each day this many others have their turn. */
export const turnsADay = 4

export interface Choice {
  /** in the order in which they are taken: what time does not suffice for is the end */
  ids: string[]
  /** for people: who and why */
  sentence: string
}

/** `touched`: undefined when it cannot be known. `day`: of the rotation, from any beginning. */
export function chooseScenarios(all: readonly string[], touched: readonly string[] | undefined, day: number): Choice {
  const ids = [...all].sort()
  const first = touched?.filter((id) => ids.includes(id)) ?? []
  const turns = Array.from({ length: Math.min(turnsADay, ids.length) }, (_, n) => ids[(day * turnsADay + n) % ids.length] as string)
  const others = turns.filter((id) => !first.includes(id))
  const why = touched
    ? `${first.length ? first.join(', ') : 'none'} touched by the last change`
    : 'what the last change touches is not known'
  return { ids: [...first, ...others], sentence: `${why}; ${others.length ? others.join(', ') : 'nothing more'} in rotation of day ${day}` }
}

/** Scenarios whose files are among these paths of the repository. */
export function scenariosOf(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => /^labs\/scenarios\/([^/]+)\//.exec(path)?.[1] ?? []))].sort()
}
