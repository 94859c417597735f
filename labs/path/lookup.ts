// From a name to an address, as the place's own resolver would: /etc/hosts, then the search list, each name put to its nameserver. Used by follow.ts.
import type { Cluster } from '../runtimes/runtime.ts'
import type { Ask } from './ask.ts'
import { askAll } from './ask.ts'
import { isAddress } from './question.ts'

export type Lookup =
  | { kind: 'found'; address: string /** how, where a name was looked up */; from?: 'hosts' | 'dns'; server?: string; asked: string[] }
  /** a server said no */
  | { kind: 'refused'; server: string; rcode: string; asked: string[] }
  /** no server answered: the question itself is worth following */
  | { kind: 'silent'; server: string; name: string; asked: string[] }
  | { kind: 'no-server' }

const timeoutMs = 250

interface Resolver {
  servers: string[]
  searches: string[]
  ndots: number
}

/** Reads resolv.conf as glibc does: the last search line wins, comments and unknown words are passed over. */
export function readResolver(text: string): Resolver {
  const resolver: Resolver = { servers: [], searches: [], ndots: 1 }
  for (const line of text.split('\n')) {
    const [word = '', ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/)
    if (word === 'nameserver' && values[0] && isAddress(values[0])) resolver.servers.push(values[0])
    if (word === 'search' || word === 'domain') resolver.searches = values
    if (word === 'options')
      for (const value of values) if (value.startsWith('ndots:')) resolver.ndots = Math.min(15, Number(value.slice(6)) || 0)
  }
  return resolver
}

export function findInHosts(text: string, name: string): string | undefined {
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (isAddress(address) && names.some((n) => n.toLowerCase() === name.toLowerCase())) return address
  }
  return undefined
}

/** The names that are asked for, in glibc's order. */
export function namesToAsk(name: string, { searches, ndots }: Pick<Resolver, 'searches' | 'ndots'>): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const searched = searches.map((domain) => `${name}.${domain.replace(/\.$/, '')}`)
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name]
}

export async function lookUp(cluster: Pick<Cluster, 'probe'>, ask: Ask, from: string, host: string, signal: AbortSignal): Promise<Lookup> {
  if (isAddress(host)) return { kind: 'found', address: host, asked: [] }
  const files = await askAll(ask, from, { hosts: 'cat "$ROOT/etc/hosts"', resolver: 'cat "$ROOT/etc/resolv.conf"' })
  const written = findInHosts(files.hosts, host)
  if (written) return { kind: 'found', address: written, from: 'hosts', asked: [] }
  const resolver = readResolver(files.resolver)
  const server = resolver.servers[0]
  if (server === undefined) return { kind: 'no-server' }
  const asked: string[] = []
  let rcode = 'NXDOMAIN'
  for (const name of namesToAsk(host, resolver)) {
    asked.push(name)
    const dns = { name, type: 'A' as const, server, tcp: false, expect: 'NOERROR' as const }
    const { tries } = await cluster.probe({ from, dns, times: 1, timeoutMs }, signal)
    const answer = tries[0]
    const address = answer?.answers?.find(isAddress)
    if (address) return { kind: 'found', address, from: 'dns', server, asked }
    if (answer?.rcode === undefined) return { kind: 'silent', server, name, asked }
    rcode = answer.rcode === 'NOERROR' ? 'no A record' : answer.rcode
    if (rcode !== 'NXDOMAIN' && rcode !== 'no A record') break
  }
  return { kind: 'refused', server, rcode, asked }
}
