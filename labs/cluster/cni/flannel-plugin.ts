// The CNI plugin `flannel`: turns its part of the configuration and what flanneld wrote into the configuration of the plugin it delegates to. Pure.
import type { NetworkConfig, PluginConfig } from './net-config.ts'
import { subnetEnvPath } from './shapes/flannel.ts'

/** Throws in the plugin's words when flanneld has not written the file, or half of it. */
export function flannelDelegate(
  { name, cniVersion }: Pick<NetworkConfig, 'name' | 'cniVersion'>,
  own: PluginConfig,
  subnetEnv: string | undefined,
): PluginConfig {
  if (subnetEnv === undefined)
    throw new Error(
      `failed to load flannel 'subnet.env' file: open ${subnetEnvPath}: no such file or directory. Check the flannel pod log for this node.`,
    )
  const values = new Map(subnetEnv.split('\n').map((line) => line.split('=', 2) as [string, string]))
  const required = ['FLANNEL_NETWORK', 'FLANNEL_SUBNET', 'FLANNEL_MTU', 'FLANNEL_IPMASQ']
  const missing = required.filter((key) => !values.get(key))
  if (missing.length > 0) throw new Error(`${subnetEnvPath} is missing ${missing.join(', ')}`)
  const [network, subnet, mtu, masquerades] = required.map((key) => values.get(key) as string) as [string, string, string, string]
  const given = (own.delegate ?? {}) as Partial<PluginConfig>
  const type = given.type ?? 'bridge'
  const ipam = (own.ipam ?? {}) as { routes?: unknown[] }
  return {
    ipMasq: masquerades !== 'true',
    mtu: Number(mtu),
    ...(type === 'bridge' ? { isGateway: true } : {}),
    ...given,
    type,
    name,
    cniVersion,
    ipam: { type: 'host-local', ...ipam, ranges: [[{ subnet: networkOf(subnet) }]], routes: [...(ipam.routes ?? []), { dst: network }] },
  }
}

/** 10.244.1.1/24 → 10.244.1.0/24, whatever the prefix length. */
function networkOf(cidr: string): string {
  const [address = '', length = '32'] = cidr.split('/')
  const bits = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
  const size = 2 ** (32 - Number(length))
  const base = Math.floor(bits / size) * size
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${length}`
}
