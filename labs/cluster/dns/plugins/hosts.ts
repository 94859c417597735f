// `hosts`: names from lines as in /etc/hosts, in the Corefile or in a file, which is read again every few seconds.
import { canonicalAddress, familyOf } from '../../proxy/addresses.ts'
import { reverseAddress } from '../cluster-names.ts'
import type { Dispenser } from '../corefile/dispenser.ts'
import { goDuration } from '../corefile/values.ts'
import { type DnsRecord, recordTypes, toLabels } from '../message.ts'
import { emptyReply, replied, type Setup } from '../plugin.ts'
import { fallthroughZones, matchZone, qualified, zonesFrom } from '../zones.ts'
import { onlyOnce } from './once.ts'

interface Host {
  address: string
  name: string
}

/** Lines that are none, and names outside the zones, are skipped. */
export function parseHosts(text: string, zones: readonly string[]): Host[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const canonical = canonicalAddress(address)
    if (!canonical) return []
    return names
      .map(qualified)
      .filter((name) => matchZone(zones, name))
      .map((name) => ({ address: canonical, name }))
  })
}

interface Settings {
  path: string
  zones: string[]
  inline: string[]
  fallthrough: string[]
  hasReverse: boolean
  ttl: number
  reloadMs: number
}

function readProperty(words: Dispenser, settings: Settings): void {
  const property = words.value()
  const given = words.remaining()
  switch (property) {
    case 'fallthrough':
      settings.fallthrough = fallthroughZones(given)
      return
    case 'no_reverse':
      settings.hasReverse = false
      return
    case 'ttl':
      if (given[0] === undefined) throw words.error('ttl needs a time in second')
      if (!/^[+-]?\d+$/.test(given[0])) throw words.error('ttl needs a number of second')
      settings.ttl = Number(given[0])
      if (settings.ttl <= 0 || settings.ttl > 65_535) throw words.error('ttl provided is invalid')
      return
    case 'reload':
      if (given.length !== 1) throw words.error('reload needs a duration (zero seconds to disable)')
      settings.reloadMs = goDuration(given[0] as string)
      if (settings.reloadMs < 0) throw words.error(`invalid negative duration for reload '${given[0]}'`)
      return
    default:
      if (settings.fallthrough.length) throw words.error(`unknown property '${property}'`)
      settings.inline.push([property, ...given].join(' '))
  }
}

export const hosts: Setup = async (words, { zones: blockZones, environment, say }) => {
  const settings: Settings = {
    path: '/etc/hosts',
    zones: [],
    inline: [],
    fallthrough: [],
    hasReverse: true,
    ttl: 3600,
    reloadMs: 5000,
  }
  let isNamed = false
  onlyOnce(words, () => {
    const [path, ...zones] = words.remaining()
    isNamed = path !== undefined
    settings.path = path ?? settings.path
    settings.zones = zonesFrom(zones, blockZones)
    while (words.nextInBlock()) readProperty(words, settings)
  })
  const inline = parseHosts(settings.inline.join('\n'), settings.zones)
  let fromFile: Host[] = []
  const readFile = async () => {
    const text = await environment.readFile(settings.path)
    fromFile = text === undefined ? fromFile : parseHosts(text, settings.zones)
    return text !== undefined
  }
  if (!(await readFile()) && isNamed) say('WARNING', `File does not exist: ${settings.path}`)
  let cancel: (() => void) | undefined
  const again = () => {
    cancel = environment.clock.after(settings.reloadMs, () => void readFile().then(again, again))
  }

  const all = () => [...fromFile, ...inline]
  return {
    start: () => {
      if (settings.reloadMs > 0) again()
    },
    stop: () => cancel?.(),
    handler: (next) => async (request) => {
      const { name, type } = request.question
      const own = { name, ttl: settings.ttl }
      const reply = (answers: DnsRecord[]) => replied({ ...emptyReply('NOERROR'), authoritative: true, answers })
      if (type === recordTypes.PTR) {
        const address = canonicalAddress(reverseAddress(name) ?? '')
        const found = settings.hasReverse ? all().filter((host) => host.address === address) : []
        if (found.length === 0) return next(request)
        return reply(found.map((host): DnsRecord => ({ ...own, type: 'PTR', target: toLabels(host.name) })))
      }
      if (!matchZone(settings.zones, request.name)) return next(request)
      const isAddress = type === recordTypes.A || type === recordTypes.AAAA
      if (!isAddress && matchZone(settings.fallthrough, request.name)) return next(request)
      const found = all().filter((host) => host.name === request.name)
      if (found.length === 0) {
        // there is no SOA for a proper NXDOMAIN, so CoreDNS says that it failed
        return matchZone(settings.fallthrough, request.name) ? next(request) : { rcode: 'SERVFAIL' }
      }
      const family = type === recordTypes.A ? 'IPv4' : 'IPv6'
      const addresses = isAddress ? found.filter(({ address }) => familyOf(address) === family) : []
      return reply(addresses.map(({ address }): DnsRecord => ({ ...own, type: family === 'IPv4' ? 'A' : 'AAAA', address })))
    },
  }
}
