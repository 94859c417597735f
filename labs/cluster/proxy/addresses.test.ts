import { expect, test } from 'vitest'
import { canonicalAddress, canonicalRange, joinHostPort, rangeContains } from './addresses.ts'

test('addresses get their canonical form', () => {
  expect(canonicalAddress('010.001.2.003')).toBe('10.1.2.3')
  expect(canonicalAddress('2001:0DB8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1')
  expect(canonicalAddress('::ffff:10.0.0.1')).toBe('::ffff:a00:1')
  expect(canonicalAddress('::')).toBe('::')
  expect(canonicalAddress('fd00::')).toBe('fd00::')
  expect(canonicalAddress('1:0:2:3:4:5:6:7')).toBe('1:0:2:3:4:5:6:7')
})

test('what is no address is none', () => {
  for (const text of ['', '10.1.2', '10.1.2.256', 'host', '1::2::3', '1:2:3:4:5:6:7:8:9', 'fd00:::1', '1:2:3:4:5:6:7:8::', 'g::1']) {
    expect(canonicalAddress(text)).toBeUndefined()
  }
})

test('ranges lose their host bits', () => {
  expect(canonicalRange(' 203.0.113.77/25')).toBe('203.0.113.0/25')
  expect(canonicalRange('10.1.2.3/0')).toBe('0.0.0.0/0')
  expect(canonicalRange('fd00:10:244:1::5/64')).toBe('fd00:10:244:1::/64')
  for (const text of ['10.0.0.0', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/x']) expect(canonicalRange(text)).toBeUndefined()
})

test('containment stays within a family', () => {
  expect(rangeContains('172.18.0.0/16', '172.18.0.3')).toBe(true)
  expect(rangeContains('172.18.0.0/30', '172.18.0.4')).toBe(false)
  expect(rangeContains('fd00::/8', 'fd12::1')).toBe(true)
  expect(rangeContains('0.0.0.0/0', 'fd00::1')).toBe(false)
})

test('endpoints are written with brackets where they need them', () => {
  expect(joinHostPort('10.0.0.1', 80)).toBe('10.0.0.1:80')
  expect(joinHostPort('fd00::1', 80)).toBe('[fd00::1]:80')
})
