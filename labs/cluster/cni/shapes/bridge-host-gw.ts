// Flannel with the backend host-gw: pods on a bridge, and each other node is the gateway to its pods. No tunnel.
import { lines } from '../batch.ts'
import type { CniShape } from '../shape.ts'
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

const backend: Backend = { type: 'host-gw', mtu: 1500 }

export const bridgeHostGw: CniShape = {
  name: 'bridge-host-gw',
  agent: 'flannel',
  process: flanneld,
  hasPolicies: false,
  needs: [pluginPackage],
  config: flannelConfig,
  files: (self) => flannelFiles(self, backend),
  sysctls: bridgeSysctls,
  annotations: (self) => flannelAnnotations(self, backend, 'null'),
  routes: (self, nodes) =>
    lines(...nodes.filter(({ name }) => name !== self.name).map((other) => `route replace ${other.podCidr} via ${other.address} dev eth0`)),
  rules: flannelRules,
}
