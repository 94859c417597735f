// Flannel with its usual backend: pods on a bridge, and a vxlan tunnel between the nodes.
import type { CniShape } from '../shape.ts'
import { firstMac } from '../vtep-mac.ts'
import { defaultSettings, leaseData, makeDevice, reachLease } from '../vxlan.ts'
import {
  type Backend,
  bridgeSysctls,
  flannelAnnotations,
  flannelConfig,
  flanneld,
  flannelFiles,
  flannelRules,
  pluginPackage,
} from './flannel.ts'

const backend: Backend = { type: 'vxlan', mtu: 1450 }

export const flannelVxlan: CniShape = {
  name: 'flannel-vxlan',
  agent: 'flannel',
  process: flanneld,
  hasPolicies: false,
  needs: [pluginPackage],
  config: flannelConfig,
  files: (self) => flannelFiles(self, backend),
  sysctls: bridgeSysctls,
  annotations: (self) => flannelAnnotations(self, backend, leaseData(defaultSettings, firstMac(self.name))),
  routes: () => '',
  tunnel(self, nodes) {
    const others = nodes
      .filter(({ name }) => name !== self.name)
      .map(({ name, address, podCidr }) => reachLease({ node: name, publicIp: address, podCidr, vtepMac: firstMac(name) }, defaultSettings))
    return {
      ip: makeDevice(self, defaultSettings, firstMac(self.name)) + others.map(({ ip }) => ip).join(''),
      bridge: others.map(({ bridge }) => bridge).join(''),
    }
  },
  rules: flannelRules,
}
