// From what was seen to one verdict. A cause needs evidence for it and nothing seen further on; without that the verdict says unknown. Used by follow.ts.
import { connectedThenSilent, refused, silentThere } from './causes/arrived.ts'
import { badReply } from './causes/bad-reply.ts'
import { notSentBack } from './causes/hairpin.ts'
import { wentRound } from './causes/icmp-error.ts'
import { legacyDropped } from './causes/legacy-tables.ts'
import { notSentOn, sentElsewhere, waitsForArp } from './causes/neighbour.ts'
import { endedByRule } from './causes/netfilter.ts'
import { notForwarded } from './causes/not-forwarded.ts'
import { carrierDropped, lostInTunnel, noSuchNetwork, strangerInTunnel } from './causes/tunnel.ts'
import { unsent } from './causes/unsent.ts'
import type { Cause, Finding } from './finding.ts'
import { type LegName, lastOf, ownerOf, type Scene } from './scene.ts'

/** Strongest first; each is possible only where the packet was last seen in that way. */
const gaps: readonly Cause[] = [
  silentThere,
  notForwarded,
  legacyDropped,
  carrierDropped,
  noSuchNetwork,
  strangerInTunnel,
  lostInTunnel,
  notSentBack,
  waitsForArp,
  notSentOn,
  sentElsewhere,
]

export async function judge(scene: Scene): Promise<Finding> {
  if (scene.end.outcome === 'answered') return delivered(scene)
  return (scene.lost ? undefined : await causeOf(scene)) ?? unknown(scene)
}

async function causeOf(scene: Scene): Promise<Finding | undefined> {
  const rule = endedByRule(scene, 'request')
  if (rule) return rule
  if (scene.legs.request.length === 0) return unsent(scene)
  const reply = scene.legs.reply[0]
  if (reply) {
    if (reply.flags?.includes('RST')) return refused(scene, reply)
    return endedByRule(scene, 'reply') ?? badReply(scene) ?? connectedThenSilent(scene) ?? gap(scene, 'reply')
  }
  const error = scene.legs.error[0]
  if (error?.icmp?.type === 3 && error.icmp.code === 3) return refused(scene, error)
  return wentRound(scene) ?? gap(scene, 'request')
}

async function gap(scene: Scene, leg: LegName): Promise<Finding | undefined> {
  const last = lastOf(scene, leg)
  if (!last) return undefined
  for (const cause of gaps) {
    const finding = await cause(scene, leg, last)
    if (finding) return finding
  }
  return undefined
}

function delivered(scene: Scene): Finding {
  const arrived = scene.legs.request.findLast((p) => p.dir === 'in' && ownerOf(scene, p.to) === p.place) ?? lastOf(scene, 'request')
  const { ms, status, rcode } = scene.end
  return {
    state: 'delivered',
    cause: 'answered',
    leg: 'request',
    place: arrived?.place,
    sentence: (texts) =>
      texts.answered({
        place: arrived?.place,
        address: arrived && (arrived.dport ? `${arrived.to}:${arrived.dport}` : arrived.to),
        ms: Math.max(1, Math.round(ms)),
        status,
        rcode,
      }),
    evidence: [],
  }
}

function unknown(scene: Scene): Finding {
  const leg = (['reply', 'request'] as const).find((name) => scene.legs[name].length > 0)
  const last = leg && lastOf(scene, leg)
  const words = {
    place: last?.place,
    interface: last?.interface,
    direction: last?.dir === 'out' ? ('out' as const) : ('in' as const),
    reply: leg === 'reply',
    lost: scene.lost,
  }
  return { state: 'unknown', cause: 'unknown', leg: leg ?? 'request', sentence: (texts) => texts.unknown(words), evidence: [] }
}
