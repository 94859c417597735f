// iptables' older engine has rules beside nftables': each packet must pass both, and the older one tells nobody what it decides.
import type { Cause } from '../finding.ts'
import { destinationAt } from './not-forwarded.ts'

/** Whether no packet gets through that chain of the filter table: its policy is DROP, and none of its rules could save one. */
export function dropsAll(save: string, chain: string): boolean {
  const filter = /^\*filter$([\s\S]*?)^COMMIT$/m.exec(save)?.[1] ?? ''
  const policy = new RegExp(`^:${chain} (\\S+)`, 'm').exec(filter)?.[1]
  const rules = filter.split('\n').filter((line) => line.startsWith(`-A ${chain} `))
  return policy === 'DROP' && rules.every((rule) => / -j (DROP|REJECT|LOG)\b/.test(rule))
}

const list = 'iptables-legacy-save -t filter'

/** Only where it came in, was to go on, and nftables' FORWARD was not asked: the older engine had it before. */
export const legacyDropped: Cause = async (scene, leg, last) => {
  const { place } = last
  if (last.dir !== 'in' || !place.startsWith('node/') || !scene.sawDecisions(place, leg)) return undefined
  if (scene.decisions(place, leg).some((t) => t.oif !== undefined)) return undefined
  const destination = destinationAt(scene, leg, last)
  if (scene.map.addressOf.get(place) === destination) return undefined
  // looking loads the tables; a machine that never had them must not get them from us
  const save = await scene.ask(place, `grep -qx filter /proc/net/ip_tables_names && ${list}`)
  if (!dropsAll(save, 'FORWARD')) return undefined
  return {
    state: 'dropped',
    cause: 'legacy-policy',
    leg,
    place,
    hop: {
      kind: 'rule',
      title: 'filter FORWARD (iptables-legacy)',
      detail: '-P FORWARD DROP',
      outcome: 'dropped',
      command: 'iptables-legacy -vnL FORWARD',
    },
    sentence: (texts) => texts['legacy-policy']({ place, chain: 'FORWARD' }),
    evidence: [
      `${place}: arrived on ${last.interface}, nftables' FORWARD was not asked`,
      `${place}, ${list}: :FORWARD DROP, and no rule lets anything through`,
    ],
  }
}
