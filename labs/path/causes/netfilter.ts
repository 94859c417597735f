// A rule ended it: netfilter's own trace says which.
import type { Finding } from '../finding.ts'
import { type LegName, lastOf, type Scene } from '../scene.ts'
import type { TraceSeen } from '../witness.ts'

const isEnd = (t: TraceSeen) => t.verdict === 'drop' || (t.type === 'policy' && t.policy === 'drop')

/** Positive evidence: the decision. Absence: it was seen nowhere after the place that decided. */
export function endedByRule(scene: Scene, leg: LegName): Finding | undefined {
  const places = [...new Set([...scene.legs[leg].map((p) => p.place), scene.packet.from])]
  for (const place of places) {
    const end = endOf(scene.decisions(place, leg))
    if (!end || wentOn(scene, leg, place, end)) continue
    return ruleFinding(scene, leg, end)
  }
  return undefined
}

/** Where one place's decisions about a packet ended it. */
export const endOf = (decisions: readonly TraceSeen[]): TraceSeen | undefined =>
  decisions.findLast((t) => isEnd(t) || t === queuedLast(decisions))

/** Handed to a program that decides, and nothing after: kindnet's policy agent says no by dropping it there. */
const queuedLast = (decisions: readonly TraceSeen[]) => {
  const last = decisions.at(-1)
  return last?.verdict === 'queue' ? last : undefined
}

function wentOn(scene: Scene, leg: LegName, place: string, end: TraceSeen): boolean {
  const last = lastOf(scene, leg)
  if (last === undefined) return false
  if (last.place !== place) return true
  // it left there all the same: another packet was dropped
  return last.dir === 'out' && !/^(OUTPUT|POSTROUTING)$/i.test(end.chain) && last.place !== scene.packet.from
}

export function ruleFinding(scene: Scene, leg: LegName, end: TraceSeen): Finding {
  const rule = scene.ruleOf(end)
  const text = rule?.text ?? `policy of ${end.chain}`
  const rejects = rule !== undefined && /-j REJECT|\breject\b/.test(rule.text)
  const { place, chain, table } = end
  const comment = /--comment "([^"]*)"|--comment (\S+)|comment "([^"]*)"/.exec(text)
  const words = { place, chain, table, rule: text, comment: comment?.[1] ?? comment?.[2] ?? comment?.[3] }
  const common = {
    leg,
    place,
    decision: end,
    evidence: [
      `${place}, nft monitor trace: ${end.family} ${table} ${chain}${end.handle === undefined ? '' : ` handle ${end.handle}`}: ${text} → ${end.verdict}`,
    ],
  }
  if (rule === undefined && end.type === 'policy')
    return { ...common, state: 'dropped', cause: 'policy-drop', sentence: (texts) => texts['policy-drop'](words) }
  if (end.verdict === 'queue') return { ...common, state: 'dropped', cause: 'queued', sentence: (texts) => texts.queued(words) }
  const isolated = table === 'kindnet-network-policies' && /^(in|out)-/.exec(chain)
  if (isolated) {
    const towards = isolated[1] as 'in' | 'out'
    const address = towards === 'in' ? end.to : end.from
    const pod = scene.map.pods.find((p) => p.address === address)?.place
    return {
      ...common,
      state: 'dropped',
      cause: 'network-policy',
      sentence: (texts) => texts['network-policy']({ ...words, towards, pod }),
    }
  }
  const service = scene.service?.service
  if (rejects && words.comment && /has no endpoints/.test(words.comment))
    return { ...common, state: 'rejected', cause: 'no-endpoints', sentence: (texts) => texts['no-endpoints']({ ...words, service }) }
  if (rejects) return { ...common, state: 'rejected', cause: 'rule-reject', sentence: (texts) => texts['rule-reject'](words) }
  return { ...common, state: 'dropped', cause: 'rule-drop', sentence: (texts) => texts['rule-drop'](words) }
}
