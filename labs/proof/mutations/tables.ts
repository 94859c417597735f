// Made-up fixes that open or empty the packet filter: each table of all nodes, everything of an outside host. Used by generate.ts; pure.
import type { Step } from '../../spec/scenario.ts'
import type { LabObjects } from './lab-objects.ts'
import type { Mutation } from './mutation.ts'

const iptablesTables = ['nat', 'filter', 'mangle', 'raw', 'security']

/** As lab-objects.ts names tables. */
function flush(table: string): string {
  const [first, second] = table.split('/') as [string, string | undefined]
  if (first === 'legacy') return `iptables-legacy -w 5 -t ${second} -F`
  if (second !== undefined) return `nft flush table ${first} ${second}`
  return iptablesTables.includes(table) ? `iptables -w 5 -t ${table} -F` : `nft flush table ip ${table}`
}

const openAll = ['INPUT', 'FORWARD', 'OUTPUT']
  .map((chain) => `iptables -w 5 -P ${chain} ACCEPT\niptables -w 5 -I ${chain} -j ACCEPT`)
  .join('\n')

export function tableMutations({ tables }: LabObjects): Mutation[] {
  const places = [...tables.keys()]
  const nodes = places.filter((place) => place.startsWith('node/'))
  const hosts = places.filter((place) => place.startsWith('host/') && tables.get(place)?.length)
  const onEach = (chosen: readonly string[], run: (place: string) => string): Step[] => chosen.map((on) => ({ on, run: run(on) }))
  const names = [...new Set(nodes.flatMap((place) => tables.get(place) ?? []))].sort()
  return [
    { id: 'allow-all:firewall', steps: onEach(nodes, () => openAll) },
    ...hosts.map((host): Mutation => ({ id: `allow-all:${host}`, steps: onEach([host], () => openAll) })),
    ...names.map(
      (table): Mutation => ({
        id: `flush-table:${table}`,
        steps: onEach(
          nodes.filter((place) => tables.get(place)?.includes(table)),
          () => flush(table),
        ),
      }),
    ),
    ...hosts.map(
      (host): Mutation => ({ id: `flush-table:${host}`, steps: onEach([host], () => (tables.get(host) ?? []).map(flush).join('\n')) }),
    ),
  ]
}
