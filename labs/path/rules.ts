// The text behind a traced rule: nftables traces name a rule by its handle, people know it as a line of iptables-save. Pure; used by scene.ts and hops.ts.

export interface RuleText {
  text: string
  /** 1 is the chain's first */
  number: number
  of: number
}

/** By `family table handle`, e.g. `ip nat 42`. */
export type RuleBook = ReadonlyMap<string, RuleText>

export const ruleKey = (family: string, table: string, handle: number): string => `${family} ${table} ${handle}`

/** The scripts whose outputs readRules takes. */
export const ruleScripts = { iptables: 'iptables-save', nft: 'nft -a list ruleset 2>/dev/null' }

/**
 * Joins both listings: the n-th rule of a chain in one is the n-th in the other, because iptables-nft writes its rules as nftables rules of tables
 * in family ip. Rules that iptables did not write keep nft's own text.
 */
export function readRules({ iptables, nft }: Record<keyof typeof ruleScripts, string>): RuleBook {
  const lines = readSave(iptables)
  const book = new Map<string, RuleText>()
  let table = ''
  let family = ''
  let chain = ''
  let own: { handle: number; text: string }[] = []
  const close = () => {
    const known = family === 'ip' ? lines.get(`${table} ${chain}`) : undefined
    own.forEach(({ handle, text }, n) => {
      // another number of rules: the chain changed between the two listings, or is not iptables'
      const line = known?.length === own.length ? known[n] : undefined
      book.set(ruleKey(family, table, handle), { text: line ?? text, number: n + 1, of: own.length })
    })
    own = []
  }
  for (const line of nft.split('\n')) {
    const opened = /^table (\S+) (\S+) \{/.exec(line)
    if (opened) [, family, table] = opened as unknown as [string, string, string]
    const began = /^\tchain (\S+) \{/.exec(line)
    if (began) chain = began[1] as string
    const rule = /^\t\t(.*?) ?# handle (\d+)$/.exec(line)
    if (rule) own.push({ handle: Number(rule[2]), text: (rule[1] as string).trim().replace(/ {2,}/g, ' ') })
    if (line === '\t}') close()
  }
  return book
}

function readSave(text: string): Map<string, string[]> {
  const chains = new Map<string, string[]>()
  let table = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1)
    const rule = /^-A (\S+) /.exec(line)
    if (!rule) continue
    const key = `${table} ${rule[1]}`
    const before = chains.get(key)
    if (before) before.push(line)
    else chains.set(key, [line])
  }
  return chains
}

/** Where a DNAT rule sends: `10.244.1.7:8080`. Both iptables' and nft's words. */
export const dnatTarget = (text: string): string | undefined => /(?:--to-destination|dnat(?: ip)? to) ([\d.:]+)/.exec(text)?.[1]
