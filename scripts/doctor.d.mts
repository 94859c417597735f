export type Facts = Awaited<ReturnType<typeof import('./facts.d.mts').gatherFacts>>
export interface Finding {
  id: string
  ok: boolean
  level: 'start' | 'labs' | 'kind' | 'comfort'
  what: string
  found: string
  mend?: string
}
export function missingPackages(facts: Facts): string[]
export function neededByAll(names: string[]): string[]
export function installCommand(facts: Facts, names: string[]): string
export function judge(facts: Facts): Finding[]
export function verdict(findings: Finding[]): { pages: boolean; labs: boolean; sentence: string }
export function report(findings: Finding[]): string
