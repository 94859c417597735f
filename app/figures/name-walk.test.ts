import { describe, expect, it } from 'vitest'
import { questions } from './name-walk.ts'

const ask = (name: string, ndots = 5, namespace = 'default') => questions({ name, ndots, namespace })

describe('questions', () => {
  it('finds a short name at the first try, in the namespace of who asks', () => {
    expect(ask('api')).toEqual([{ name: 'api.default.svc.cluster.local.', address: '10.96.91.42' }])
    expect(ask('api', 5, 'shop')[0]?.address).toBe('10.96.14.7')
  })
  it('finds a name with a namespace at the second', () => {
    expect(ask('api.shop').map((q) => q.name)).toEqual(['api.shop.default.svc.cluster.local.', 'api.shop.svc.cluster.local.'])
  })
  it('asks four times for a name outside, once if it has enough dots or a last one', () => {
    expect(ask('rates.partner.example')).toHaveLength(4)
    expect(ask('rates.partner.example').at(-1)).toEqual({ name: 'rates.partner.example.', address: '172.18.0.100' })
    expect(ask('rates.partner.example', 2)).toHaveLength(1)
    expect(ask('rates.partner.example.')).toHaveLength(1)
  })
  it('goes through the list after the name itself when that is not found', () => {
    expect(ask('api', 0).map((q) => q.name)).toEqual(['api.', 'api.default.svc.cluster.local.'])
  })
  it('ends without an answer when nobody has one', () => {
    const asked = ask('apj')
    expect(asked).toHaveLength(4)
    expect(asked.every((q) => q.address === undefined)).toBe(true)
  })
})
