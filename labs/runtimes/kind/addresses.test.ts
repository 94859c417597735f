import { expect, it } from 'vitest'
import { onNetwork } from './addresses.ts'

it('keeps the host part on whatever network the engine gave', () => {
  expect(onNetwork('172.18.0.0/16', '172.18.0.100')).toBe('172.18.0.100')
  expect(onNetwork('172.31.0.0/16', '172.18.3.7')).toBe('172.31.3.7')
  expect(onNetwork('192.168.240.0/20', '172.18.0.50')).toBe('192.168.240.50')
  expect(onNetwork('10.9.8.0/24', '172.18.0.100')).toBe('10.9.8.100')
})

it('says so when the network is too small', () => {
  expect(() => onNetwork('10.9.8.0/26', '172.18.0.100')).toThrow(/too small/)
})
