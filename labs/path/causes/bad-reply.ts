// An answer came back, and the sender does not know it: it does not come from where it asked.
import type { Finding } from '../finding.ts'
import { dnatTarget } from '../rules.ts'
import { lastOf, type Scene } from '../scene.ts'

export function badReply(scene: Scene): Finding | undefined {
  const { from, address, toPort } = scene.packet
  const reply = lastOf(scene, 'reply')
  if (!reply || reply.place !== from || reply.dir !== 'in') return undefined
  if (reply.from === address && (reply.sport === undefined || reply.sport === toPort)) return undefined
  const places = [...new Set(scene.legs.request.map((p) => p.place))]
  const rewrote = places.find((place) => scene.decisions(place, 'request').some((t) => dnatTarget(scene.ruleOf(t)?.text ?? '')))
  const asked = toPort ? `${address}:${toPort}` : address
  const came = reply.sport ? `${reply.from}:${reply.sport}` : reply.from
  const passed = rewrote !== undefined && scene.legs.reply.some((p) => p.place === rewrote)
  return {
    state: 'bad-reply',
    cause: 'not-translated-back',
    leg: 'reply',
    place: from,
    sentence: (texts) => texts['not-translated-back']({ place: from, asked, came, rewrote: passed ? undefined : rewrote }),
    evidence: [
      `${from} ${reply.interface}: ${reply.flags ?? reply.proto} from ${came}, asked was ${asked}`,
      ...(scene.legs.reset.length > 0 ? [`${from}: RST to ${came}`] : []),
    ],
  }
}
