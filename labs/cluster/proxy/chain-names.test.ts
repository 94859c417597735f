import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { endpointChain, hash16, isServiceChain, serviceChains, servicePortName } from './chain-names.ts'
import { sha256 } from './sha256.ts'

test('sha256 is what node:crypto computes, for every length around a block border and for UTF-8', () => {
  const texts = ['', 'abc', 'ü→文', ...Array.from({ length: 140 }, (_, n) => 'x'.repeat(n))]
  for (const text of texts) expect(Buffer.from(sha256(text)).toString('hex')).toBe(createHash('sha256').update(text).digest('hex'))
})

test('the names every real cluster has', () => {
  expect(hash16('default/kubernetes:httpstcp')).toBe('NPX46M4PTMTKRN6Y')
  expect(serviceChains('kube-system/kube-dns:dns', 'udp').cluster).toBe('KUBE-SVC-TCOU7JCQXEZGVUNU')
  expect(serviceChains('kube-system/kube-dns:dns-tcp', 'tcp').external).toBe('KUBE-EXT-ERIFXISQEP7F7OF4')
  expect(serviceChains('kube-system/kube-dns:metrics', 'tcp').local).toBe('KUBE-SVL-JD5MR3NA4I4DYORP')
  expect(serviceChains('ns1/svc1:p80', 'tcp').firewall).toBe('KUBE-FW-XPGD46QRK7WJZT7O')
  expect(endpointChain('ns1/svc1:p80', 'tcp', '10.180.0.1:80')).toBe('KUBE-SEP-SXIVWICOYRO3J4NJ')
  expect(endpointChain('ns5/svc5:p80', 'tcp', '10.180.0.3:80')).toBe('KUBE-SEP-I77PXRDZVX7PMWMN')
})

test('an unnamed port adds nothing to the name', () => {
  expect(servicePortName('default', 'web', '')).toBe('default/web')
  expect(servicePortName('default', 'web', 'http')).toBe('default/web:http')
})

test('only chains of services are ever deleted', () => {
  expect(['KUBE-SVC-A', 'KUBE-SEP-A', 'KUBE-EXT-A', 'KUBE-FW-A', 'KUBE-SVL-A'].every(isServiceChain)).toBe(true)
  expect(['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-FIREWALL', 'KIND-MASQ-AGENT', 'KUBE-MARK-MASQ'].some(isServiceChain)).toBe(false)
})
