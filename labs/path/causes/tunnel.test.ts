import { expect, it } from 'vitest'
import { readTunnels } from './tunnel.ts'

it('reads the VXLAN interfaces of ip', () => {
  const links = [
    '6: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default \\    link/ether 36:ac:87:b7:b6:6c brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535 \\    vxlan id 1 local 172.18.0.3 dev eth0 srcport 0 0 dstport 8472 nolearning ttl auto ageing 300 udpcsum',
    '7: flannel.2@eth0: <BROADCAST> mtu 1450 qdisc noop state DOWN mode DEFAULT group default \\    link/ether ba:05:0b:49:22:9f brd ff:ff:ff:ff:ff:ff promiscuity 0 \\    vxlan id 2 local 172.18.0.4 dstport 8472',
  ]
  expect(readTunnels(links.join('\n'))).toEqual([
    { interface: 'flannel.1', mac: '36:ac:87:b7:b6:6c', vni: 1 },
    { interface: 'flannel.2', mac: 'ba:05:0b:49:22:9f', vni: 2 },
  ])
  expect(readTunnels('')).toEqual([])
})
