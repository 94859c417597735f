// Rules that a CNI agent keeps in a chain of its own: written at once to a new namespace, appended where they are missing later. Pure.

/** One chain, and the rule of a built-in chain that leads to it. */
export interface OwnChain {
  table: 'nat' | 'filter'
  chain: string
  /** as iptables-save prints them, in order */
  rules: readonly string[]
  jump: string
}

const restore = (table: string, chains: readonly string[], rules: readonly string[]): string =>
  [`*${table}`, ...chains.map((chain) => `:${chain} - [0:0]`), ...rules, 'COMMIT', ''].join('\n')

/** For a namespace that has none of it yet; input of `iptables-restore --noflush`. */
export const freshRules = (chains: readonly OwnChain[]): string =>
  chains.map(({ table, chain, rules, jump }) => restore(table, [chain], [...rules, jump])).join('')

/**
 * What is missing in the output of `iptables-save`, as input of `iptables-restore --noflush`; undefined when nothing is.
 * Like the agents it appends what is missing and leaves foreign rules alone.
 */
export function missingRules(chains: readonly OwnChain[], saved: string): string | undefined {
  const present = new Set(saved.split('\n').map((line) => line.trim()))
  const parts = chains.flatMap(({ table, chain, rules, jump }) => {
    const missing = [...rules, jump].filter((rule) => !present.has(rule))
    return missing.length === 0 ? [] : [restore(table, saved.includes(`\n:${chain} `) ? [] : [chain], missing)]
  })
  return parts.length === 0 ? undefined : parts.join('')
}
