// Nothing left the sender.
import { firstLine } from '../ask.ts'
import type { Finding } from '../finding.ts'
import type { Scene } from '../scene.ts'
import { nextHop, stuckOnArp, unansweredArp } from './neighbour.ts'

export async function unsent(scene: Scene): Promise<Finding | undefined> {
  const { from, address } = scene.packet
  const route = firstLine(await scene.ask(from, `ip route get ${address} 2>&1`))
  if (/unreachable|No route|prohibit|blackhole|Invalid argument|Permission denied/i.test(route)) {
    return {
      state: 'not-sent',
      cause: 'no-route-from-here',
      leg: 'request',
      place: from,
      hop: { kind: 'route', title: 'route', detail: route, outcome: 'dropped', command: `ip route get ${address}` },
      sentence: (texts) => texts['no-route-from-here']({ place: from, destination: address, route }),
      evidence: [`${from}, ip route get ${address}: ${route}`],
    }
  }
  const arp = unansweredArp(scene, from, nextHop(route, address))
  return arp && stuckOnArp('request', from, arp)
}
