// What happens on a node between "this Pod is yours" and its address: who is asked, in order, and what the Pod's status says when it ends. Pure.
import { createAddressPool } from '../../labs/cluster/cni/address-pool.ts'
import { chooseConfig, firstConfig, type NetConfigFile, type NetworkConfig } from '../../labs/cluster/cni/net-config.ts'
import { failedAdd, missingPlugin, pluginFolder } from '../../labs/cluster/cni/plugin-errors.ts'

export const configFolder = '/etc/cni/net.d'
const own = `${configFolder}/10-kindnet.conflist`
const test = `${configFolder}/05-test.conf`
const range = { own: '10.244.2.0/24', test: '10.99.0.0/24' } as const

const ipam = (subnet: string) => ({ type: 'host-local', ranges: [[{ subnet }]] })
const ownText = JSON.stringify({
  cniVersion: '0.3.1',
  name: 'kindnet',
  plugins: [
    { type: 'ptp', ipam: ipam(range.own) },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
})
const testText = JSON.stringify({ cniVersion: '0.3.1', name: 'test', type: 'bridge', ipam: ipam(range.test) })

export const ownFiles = ['good', 'badJson', 'absent'] as const
export type OwnFile = (typeof ownFiles)[number]
export interface PlugInSettings {
  ownFile: OwnFile
  /** a second file, of somebody who tried something */
  testFile: boolean
  /** the program ptp is in its folder */
  ptp: boolean
  /** addresses that Pods of this node hold: two, or all of the range */
  taken: 'two' | 'all'
}
export interface PlugInStep {
  who: 'kubelet' | 'runtime' | 'plugin' | 'ipam'
  /** what it does; a key of the words */
  does: 'asks' | 'reads' | 'runs' | 'address' | 'wires' | 'reports'
  /** the name or value that stands in the sentence */
  what: string
  failed: boolean
}
export interface PlugIn {
  steps: PlugInStep[]
  status: 'Running' | 'ContainerCreating'
  podIP?: string
  /** the Pod's address is one that other nodes have a route to */
  reachable: boolean
  event?: { reason: string; message: string }
}

/** What describes a new Pod's sandbox in its events; the runtime makes up 64 digits. */
const sandbox = '5f1c…'

export function filesOf({ ownFile, testFile }: PlugInSettings): NetConfigFile[] {
  const files: NetConfigFile[] = []
  if (testFile) files.push({ path: test, text: testText })
  if (ownFile !== 'absent') files.push({ path: own, text: ownFile === 'good' ? ownText : ownText.slice(0, -1) })
  return files
}

function addressFrom(subnet: string, taken: PlugInSettings['taken']): string {
  const pool = createAddressPool(subnet)
  // the test network has no Pods yet
  const held = subnet === range.test ? 0 : taken === 'all' ? 253 : 2
  for (let i = 0; i < held; i++) pool.take()
  return pool.take()
}

export function plugIn(settings: PlugInSettings): PlugIn {
  const steps: PlugInStep[] = []
  const step = (who: PlugInStep['who'], does: PlugInStep['does'], what: string, failed = false) => steps.push({ who, does, what, failed })
  const stopped = (reason: string, error: unknown): PlugIn => {
    const last = steps.at(-1)
    if (last) last.failed = true
    const said = (error as Error).message
    const message = reason === 'NetworkNotReady' ? said : `Failed to create pod sandbox: ${said}`
    return { steps, status: 'ContainerCreating', reachable: false, event: { reason, message } }
  }

  step('kubelet', 'asks', 'web-1')
  const files = filesOf(settings)
  step('runtime', 'reads', firstConfig(files)?.path.slice(configFolder.length + 1) ?? '')
  let config: NetworkConfig
  try {
    config = chooseConfig(files)
  } catch (error) {
    return stopped('NetworkNotReady', error)
  }

  let podIP: string | undefined
  for (const plugin of config.plugins) {
    step('runtime', 'runs', `${pluginFolder}/${plugin.type}`)
    const failed = (reason: string) => stopped('FailedCreatePodSandBox', new Error(failedAdd(sandbox, plugin.type, reason)))
    if (plugin.type === 'ptp' && !settings.ptp) return failed(missingPlugin(plugin.type))
    const { ranges } = (plugin.ipam ?? {}) as { ranges?: { subnet: string }[][] }
    const subnet = ranges?.[0]?.[0]?.subnet
    if (!subnet) continue // it works with what the one before it made
    step('ipam', 'address', subnet)
    try {
      podIP = addressFrom(subnet, settings.taken)
    } catch (error) {
      return failed(`failed to allocate for range 0: ${(error as Error).message}`)
    }
    step('plugin', 'wires', podIP)
  }
  step('kubelet', 'reports', podIP ?? '')
  return { steps, status: 'Running', reachable: podIP?.startsWith('10.244.') ?? false, ...(podIP ? { podIP } : {}) }
}
