// A router on the way gave it up and said so.
import type { Finding } from '../finding.ts'
import type { Scene } from '../scene.ts'

/** Time exceeded: it went round until its time to live was used up. Positive evidence is the router's own message. */
export function wentRound(scene: Scene): Finding | undefined {
  const error = scene.legs.error.find((p) => p.icmp?.type === 11)
  if (!error) return undefined
  const places = [...new Set(scene.legs.request.filter((p) => p.dir === 'in').map((p) => p.place))]
  return {
    state: 'dropped',
    cause: 'ttl-exceeded',
    leg: 'request',
    place: error.place,
    sentence: (texts) => texts['ttl-exceeded']({ place: error.place, places }),
    evidence: [`${error.place} ${error.interface}: ICMP time exceeded from ${error.from}`],
  }
}
