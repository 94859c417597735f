// A Pod called a Service and was chosen itself: the bridge would have to send the frame out of the port that it came in by.
import { quote } from '../ask.ts'
import type { Cause } from '../finding.ts'
import { nodeOf } from '../lab-map.ts'
import { destinationAt } from './not-forwarded.ts'

/** Positive evidence: the node's rules turned the packet back to its sender, and the sender's port on the bridge does not send back. */
export const notSentBack: Cause = async (scene, leg) => {
  const sender = scene.packet.from
  const first = scene.legs.request[0]
  const node = nodeOf(scene.map, sender)
  const frame = scene.legs.astray.find((p) => p.place === node && p.mac?.from === first?.mac?.from)
  if (leg !== 'request' || !sender.startsWith('pod/') || !first || !node || !frame) return undefined
  const own = scene.map.addressOf.get(sender)
  if (destinationAt(scene, leg, frame) !== own) return undefined
  if (scene.legs.request.some((p) => p.place === sender && p.dir === 'in')) return undefined
  const port = frame.interface
  const command = `bridge -d link show dev ${port}`
  if (!/\bhairpin off\b/.test(await scene.ask(node, `bridge -d link show dev ${quote(port)}`))) return undefined
  return {
    state: 'dropped',
    cause: 'hairpin-off',
    leg,
    place: node,
    hop: { kind: 'setting', title: `hairpin of ${port}`, detail: 'hairpin off', outcome: 'dropped', command },
    sentence: (texts) => texts['hairpin-off']({ place: node, pod: sender, interface: port, service: scene.service?.service }),
    evidence: [`${node}: the destination became ${own}, the sender's own address`, `${node}, ${command}: hairpin off`],
  }
}
