// What kubelet itself writes on a node, before kube-proxy: its canaries, the hint for iptables wrappers, and the localnet guard.
import { kubeletFirewallChain, localnetGuard } from './base-rules.ts'
import { chainLine } from './rule-text.ts'

/** iptables-restore input for a node without rules; kube-proxy's own jumps are put above these, as on a real node. */
export const kubeletRestoreText = [
  '*mangle',
  chainLine('KUBE-IPTABLES-HINT'),
  chainLine('KUBE-KUBELET-CANARY'),
  'COMMIT',
  '*nat',
  chainLine('KUBE-KUBELET-CANARY'),
  'COMMIT',
  '*filter',
  chainLine('KUBE-KUBELET-CANARY'),
  chainLine(kubeletFirewallChain),
  localnetGuard,
  `-A OUTPUT -j ${kubeletFirewallChain}`,
  `-A INPUT -j ${kubeletFirewallChain}`,
  'COMMIT',
  '',
].join('\n')
