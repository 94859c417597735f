import { describe, expect, it } from 'vitest'
import { type Fault, faults, packets, receive } from './drop-reason.ts'

const reasons = (fault: Fault) => packets.map((packet) => receive(packet, fault).reason)

describe('receive', () => {
  it('without a fault drops only what has no socket and what has no TTL left, and answers both', () => {
    expect(reasons('none')).toEqual([undefined, 'NO_SOCKET', undefined, 'IP_INHDR'])
    expect(packets.map((packet) => receive(packet, 'none').reply)).toEqual(['answer', 'reset', 'answer', 'icmp'])
  })
  it('drops by the rule what the rule names, and nothing else', () => {
    expect(reasons('rule')).toEqual(['NETFILTER_DROP', 'NO_SOCKET', undefined, 'IP_INHDR'])
  })
  it('hides every other reason behind a way back over another link', () => {
    expect(reasons('back')).toEqual(packets.map(() => 'IP_RPFILTER'))
  })
  it('asks for the route before it looks at the TTL', () => {
    expect(reasons('unreachable').slice(2)).toEqual(['IP_INNOROUTES', 'IP_INNOROUTES'])
  })
  it('looks at the way back when the route is found', () => {
    expect(receive('archive', 'back').steps.map(({ did }) => did)).toEqual(['passes', 'passes', 'dropped', 'never', 'never'])
  })
  it('answers for unreachable and is silent for blackhole, as the lesson shows', () => {
    expect(receive('archive', 'unreachable')).toMatchObject({ reason: 'IP_INNOROUTES', reply: 'icmp' })
    expect(receive('archive', 'blackhole')).toMatchObject({ reason: 'NOT_SPECIFIED', reply: 'nothing' })
  })
  it('drops in one place at most, and asks nobody behind it', () => {
    for (const packet of packets)
      for (const fault of faults) {
        const did = receive(packet, fault).steps.map((step) => step.did)
        const end = did.indexOf('dropped')
        if (end >= 0) expect(did.slice(end + 1).every((one) => one === 'never')).toBe(true)
      }
  })
})
