// A followed packet as lines for a terminal: the hops place by place, the verdict, what it rests on. Pure; used by commands/path.ts.
import type { PathHop, PathResult } from '../spec/path.ts'
import { formatDuration } from './output.ts'

const marks: Record<PathHop['outcome'], string> = {
  seen: '│',
  matched: '│',
  rewritten: '◆',
  routed: '│',
  accepted: '│',
  delivered: '●',
  dropped: '✗',
  rejected: '✗',
  refused: '✗',
  stuck: '✗',
  'not-reached': '┊',
}

/** A rule that only leads on: shown on demand. */
const isJump = (hop: PathHop) => hop.kind === 'rule' && hop.outcome === 'matched'

const ends = ({ from, to }: { from: string; to: string }) => `${from} → ${to}`

function hopLines(hop: PathHop, n: number, first: boolean): string[] {
  const time = hop.atUs === undefined ? '' : `  +${hop.atUs} µs`
  const number = hop.rule?.number === undefined ? '' : `  rule ${hop.rule.number} of ${hop.rule.of}`
  const lines = [`${marks[hop.outcome]} ${String(n).padStart(2)}  ${hop.title}${number}${time}  ${hop.outcome}`]
  const below: string[] = []
  if (hop.detail) below.push(hop.detail)
  if (hop.packet) {
    const { protocol, flags, outer } = hop.packet
    const what = [ends(hop.packet), protocol, flags].filter(Boolean).join(' ')
    below.push(`${what}${outer ? ` inside ${ends(outer)}` : ''}`)
  }
  if (hop.rewritten) below.push(`becomes ${ends(hop.rewritten)}`)
  const indent = hop.outcome === 'not-reached' ? '┊     ' : '│     '
  return [...(first ? [hop.place] : []), ...lines, ...below.map((text) => `${indent}${text}`)]
}

const legNames: Record<PathHop['leg'], string> = { lookup: 'Name lookup', request: 'Request', reply: 'Reply', error: 'Error' }

export function pathLines(result: PathResult, { all }: { all: boolean }): string[] {
  const { question, resolved, service, verdict, hops, evidence } = result
  const facts = [resolved && `${resolved.name} is ${resolved.address}`, service && `Service ${service}`].filter(Boolean).join(', ')
  const lines = [`${question.from} → ${question.to}${facts ? `  (${facts})` : ''}`]
  let before: PathHop | undefined
  hops.forEach((hop, index) => {
    if (!all && isJump(hop) && index !== verdict.hop) return
    if (hop.leg !== before?.leg) lines.push('', legNames[hop.leg])
    lines.push(...hopLines(hop, index + 1, hop.leg !== before?.leg || hop.place !== before?.place))
    before = hop
  })
  const hidden = all ? 0 : hops.filter((hop, index) => isJump(hop) && index !== verdict.hop).length
  const rules = hidden === 1 ? '1 rule that only leads on is' : `${hidden} rules that only lead on are`
  if (hidden > 0) lines.push('', `${rules} left out; --all shows them.`)
  const where = verdict.place ? ` at ${verdict.place}` : ''
  const at = verdict.hop === undefined || verdict.state === 'delivered' ? '' : `, hop ${verdict.hop + 1} of ${hops.length}`
  lines.push('', `${verdict.state}${where}${at}`, verdict.sentence)
  if (evidence.length > 0) lines.push('', 'Evidence', ...evidence.map((line) => `  ${line}`))
  lines.push('', `Probe: ${result.outcome} after ${formatDuration(result.outcomeMs)}; all of it took ${formatDuration(result.ms)}.`)
  return lines
}
