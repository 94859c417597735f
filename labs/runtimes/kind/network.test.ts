import { expect, it } from 'vitest'
import { freeSubnets } from './network.ts'

const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'
const route = (destination: string, mask: string) => `eth0\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0`

it("begins with the embedded runtime's network, and leaves out what a route of the machine touches", () => {
  expect(freeSubnets(header)[0]).toBe('172.18.0.0/16')
  const withVpn = [header, route('00000000', '00000000'), route('000012AC', '0000FFFF'), route('0010A8C0', '00F0FFFF')].join('\n')
  expect(freeSubnets(withVpn)[0]).toBe('172.19.0.0/16')
  expect(freeSubnets(withVpn)).not.toContain('192.168.16.0/20')
  expect(freeSubnets([header, route('000010AC', '0000F0FF')].join('\n')).every((subnet) => subnet.startsWith('192.168.'))).toBe(true)
})
