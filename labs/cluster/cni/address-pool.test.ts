import { describe, expect, it } from 'vitest'
import { createAddressPool } from './address-pool.ts'

describe('address pool', () => {
  it('starts at .2 and goes on after the last one, even when an earlier one is free again', () => {
    const pool = createAddressPool('10.244.1.0/24')
    expect([pool.take(), pool.take()]).toEqual(['10.244.1.2', '10.244.1.3'])
    pool.give('10.244.1.2')
    expect(pool.take()).toBe('10.244.1.4')
  })

  it('comes round to freed addresses, and says when there is none', () => {
    const pool = createAddressPool('10.244.1.0/24')
    const all = Array.from({ length: 253 }, () => pool.take())
    expect(new Set(all).size).toBe(253)
    expect(all.at(-1)).toBe('10.244.1.254')
    expect(() => pool.take()).toThrow('no IP addresses available')
    pool.give('10.244.1.7')
    expect(pool.take()).toBe('10.244.1.7')
  })

  it('refuses what is no /24', () => {
    expect(() => createAddressPool('10.244.0.0/16')).toThrow('/24')
  })
})
