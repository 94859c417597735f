// Walks a packet through iptables rules as the kernel does: over the text that the cluster's own functions write. Pure.
import { rangeContains } from '../../labs/cluster/proxy/addresses.ts'

export interface Packet {
  protocol: 'tcp' | 'udp' | 'icmp'
  source: string
  destination: string
  port: number
  /** kube-proxy's mark: this packet is to be masqueraded */
  marked?: boolean
  /** of a packet that a process of this place sends: who it runs as, and the link it would leave by */
  uid?: number
  gid?: number
  link?: string
}
export type Verdict = 'ACCEPT' | 'DROP' | 'REJECT' | 'RETURN' | 'DNAT' | 'MASQUERADE' | 'REDIRECT'
export interface RuleStep {
  chain: string
  rule: string
  taken: boolean
}
export interface Walked {
  packet: Packet
  /** every rule that was looked at, in order */
  steps: RuleStep[]
  verdict?: Verdict
}
export interface World {
  /** the node's own addresses */
  local: readonly string[]
  /** asked at each `--probability` */
  dice: (probability: number) => boolean
}
interface Rule {
  text: string
  chain: string
  target: string
  /** what must hold, and options of the target */
  options: { name: string; value: string; not: boolean }[]
}
export type Rules = Map<string, Rule[]>

function parseRule(text: string): Rule {
  const words = text.match(/"[^"]*"|\S+/g) ?? []
  const rule: Rule = { text, chain: '', target: '', options: [] }
  let not = false
  for (let i = 0; i < words.length; i++) {
    const name = words[i] as string
    if (name === '!') {
      not = true
      continue
    }
    if (name === '--random-fully') continue
    const value = words[++i] ?? ''
    if (name === '-A') rule.chain = value
    else if (name === '-j') rule.target = value
    else if (name !== '-m' && name !== '--comment') rule.options.push({ name, value, not })
    // `-m addrtype ! --dst-type`: the mark of negation stands before the option
    not = false
  }
  return rule
}

/** The chains of one table of iptables-restore's input, by name. */
export function parseRules(text: string, table: 'nat' | 'filter'): Rules {
  const part = text.split(`*${table}\n`)[1]?.split('COMMIT')[0] ?? ''
  const rules: Rules = new Map()
  for (const line of part.split('\n').filter((l) => l.startsWith('-A '))) {
    const rule = parseRule(line)
    rules.set(rule.chain, [...(rules.get(rule.chain) ?? []), rule])
  }
  return rules
}

function holds(option: { name: string; value: string }, packet: Packet, world: World): boolean {
  const { name, value } = option
  const within = (address: string) => rangeContains(value.includes('/') ? value : `${value}/32`, address)
  switch (name) {
    case '-s':
      return within(packet.source)
    case '-d':
      return within(packet.destination)
    case '-p':
      return packet.protocol === value
    case '--dport':
      return packet.port === Number(value)
    case '-o':
      return packet.link === value
    case '--uid-owner':
      return packet.uid === Number(value)
    case '--gid-owner':
      return packet.gid === Number(value)
    case '--dst-type':
      return world.local.includes(packet.destination)
    case '--src-type':
      return world.local.includes(packet.source)
    case '--mark':
      return packet.marked ?? false
    case '--probability':
      return world.dice(Number(value))
    case '--ctstate':
      return value.split(',').includes('NEW')
    case '--mode':
    case '--to-destination':
    case '--to-ports':
    case '--or-mark':
    case '--xor-mark':
      return true
    default:
      throw new Error(`The figure cannot read ${name} in an iptables rule. Teach holds() in rule-walk.ts what it means.`)
  }
}

function rewrite(rule: Rule, packet: Packet): Packet {
  const option = (name: string) => rule.options.find((o) => o.name === name)?.value
  if (rule.target === 'MARK') return { ...packet, marked: option('--or-mark') !== undefined }
  // of a packet that is sent here, to this place itself
  if (rule.target === 'REDIRECT') return { ...packet, destination: '127.0.0.1', port: Number(option('--to-ports')) }
  const [destination = packet.destination, port = packet.port] = (option('--to-destination') ?? '').split(':')
  return rule.target === 'DNAT' ? { ...packet, destination, port: Number(port) } : packet
}

/** The rules of a chain from the top until one of them decides. A chain that is not there decides nothing. */
export function walkChain(rules: Rules, chain: string, packet: Packet, world: World): Walked {
  const walked: Walked = { packet, steps: [] }
  for (const rule of rules.get(chain) ?? []) {
    const taken = rule.options.every((option) => holds(option, walked.packet, world) !== option.not)
    walked.steps.push({ chain, rule: rule.text, taken })
    if (!taken) continue
    if (rule.target === 'RETURN') return walked
    if (rules.has(rule.target)) {
      const inner = walkChain(rules, rule.target, walked.packet, world)
      walked.steps.push(...inner.steps)
      walked.packet = inner.packet
      if (inner.verdict) return { ...walked, verdict: inner.verdict }
    } else {
      walked.packet = rewrite(rule, walked.packet)
      if (rule.target !== 'MARK') return { ...walked, verdict: rule.target as Verdict }
    }
  }
  return walked
}
