// What of the catalogue is shown: read from an address's query and written back, so that a choice can be shared. Pure; used by the catalogue.
import { type RuntimeName, runtimeNames, seedCases, topics } from '../../labs/spec/names.ts'
import type { Scenario } from '../../labs/spec/scenario.ts'
import type { CatalogueRow } from './catalogue-row.ts'

/** Minutes a learner may have. */
export const times = ['15', '30', '60'] as const
export const standings = ['open', 'solved'] as const

export interface Filters {
  topic?: Scenario['topic']
  case?: NonNullable<Scenario['seedCase']>
  runtime?: RuntimeName
  /** takes at most so many minutes */
  time?: (typeof times)[number]
  you?: (typeof standings)[number]
}
export type FilterName = keyof Filters

/** Every value a filter may have, in the order in which they are offered. */
export const choices = {
  topic: topics,
  case: seedCases,
  runtime: runtimeNames,
  time: times,
  you: standings,
} as const satisfies { [N in FilterName]: readonly NonNullable<Filters[N]>[] }
export const filterNames = Object.keys(choices) as FilterName[]

/** What a query does not say, or says wrongly, filters nothing. */
export function readFilters(value: (name: FilterName) => string | null | undefined): Filters {
  const known = filterNames.flatMap((name) => {
    const given = value(name)
    return (choices[name] as readonly string[]).includes(given ?? '') ? [[name, given]] : []
  })
  return Object.fromEntries(known) as Filters
}

/** `?topic=dns&time=15`; empty when nothing is filtered. */
export function queryOf(filters: Filters): string {
  const query = new URLSearchParams(filterNames.flatMap((name) => (filters[name] ? [[name, filters[name]]] : []))).toString()
  return query && `?${query}`
}

export function shows(filters: Filters, row: CatalogueRow): boolean {
  return (
    (!filters.topic || row.topic === filters.topic) &&
    (!filters.case || row.seedCase === filters.case) &&
    (!filters.runtime || row.runtimes.includes(filters.runtime)) &&
    (!filters.time || row.minutes <= Number(filters.time)) &&
    (!filters.you || (filters.you === 'solved') === (row.solvedMs !== undefined))
  )
}

/** How many labs there would be with this choice, the other filters being as they are. */
export const countWith = (rows: readonly CatalogueRow[], filters: Filters, change: Filters): number =>
  rows.filter((row) => shows({ ...filters, ...change }, row)).length
