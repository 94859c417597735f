// A call from a Pod with a sidecar: each connection that it takes, through the rules that the node writes into such a Pod, until one leaves or comes back
// for ever. Pure.
import { interceptionRules } from '../../labs/cluster/mesh/interception.ts'
import { parseRules, type RuleStep, walkChain } from './rule-walk.ts'

const till = '10.244.1.5'
const bank = '172.18.0.100'
const prices = { service: '10.96.40.30', pod: '10.244.2.2' }
export const callTargets = { prices: `${prices.service}:80`, bank: `${bank}:80`, itself: `${till}:8080` } as const
export type CallTarget = keyof typeof callTargets
/** What the sidecar runs as: user and group. */
export const proxies = { mesh: [1337, 1337], root: [0, 0], group: [0, 1337], other: [20017, 20017] } as const
export type ProxyIds = keyof typeof proxies
export const appUids = [0, 1000, 1337] as const

export interface InterceptionSettings {
  target: CallTarget
  app: (typeof appUids)[number]
  proxy: ProxyIds
  /** an annotation keeps port 80 from the sidecar */
  excluded: boolean
}
export interface Connection {
  by: 'app' | 'proxy'
  uid: number
  gid: number
  to: string
  steps: RuleStep[]
  /** the sidecar's port that it is turned round to; undefined: it goes where it was meant to */
  turned: number | undefined
}
/**
 * `mutual`, `passed`: by way of the sidecar, to prices and to the bank. `plain`, `unseen`: past it, to prices and to the bank.
 * `direct`: to the app itself; `inside`: to the side of the sidecar that takes TLS only. `loop`: the sidecar calls itself.
 */
export type CallEnd = 'mutual' | 'passed' | 'plain' | 'unseen' | 'direct' | 'inside' | 'loop'

/** The node takes the ids from the Pod, but never 0 (`exemptionsOf`). */
const exempt = (id: number) => id || 1337

export function callThroughSidecar({ target, app, proxy, excluded }: InterceptionSettings): { connections: Connection[]; end: CallEnd } {
  const [uid, gid] = proxies[proxy]
  const text = interceptionRules({ uid: exempt(uid), gid: exempt(gid), inboundPorts: [], outboundPorts: excluded ? [80] : [] })
  const rules = parseRules(text, 'nat')
  const dial = (by: Connection['by'], ids: { uid: number; gid: number }, to: string): Connection => {
    const [destination = '', port] = to.split(':')
    const link = destination === till ? 'lo' : 'eth0'
    const packet = { protocol: 'tcp' as const, source: till, destination, port: Number(port), link, ...ids }
    const walked = walkChain(rules, 'OUTPUT', packet, { local: [till, '127.0.0.1'], dice: () => true })
    return { by, ...ids, to, steps: walked.steps, turned: walked.verdict === 'REDIRECT' ? walked.packet.port : undefined }
  }

  const first = dial('app', { uid: app, gid: app }, callTargets[target])
  if (first.turned === 15006) return { connections: [first], end: 'inside' }
  if (!first.turned) return { connections: [first], end: target === 'prices' ? 'plain' : target === 'bank' ? 'unseen' : 'direct' }
  // the sidecar knows the Pods of a Service; anything else it dials as it was dialled
  const second = dial('proxy', { uid, gid }, target === 'prices' ? `${prices.pod}:8080` : callTargets[target])
  if (!second.turned) return { connections: [first, second], end: target === 'prices' ? 'mutual' : 'passed' }
  // what comes back to it is for no Service, so it dials the same again
  return { connections: [first, second, dial('proxy', { uid, gid }, second.to)], end: 'loop' }
}
