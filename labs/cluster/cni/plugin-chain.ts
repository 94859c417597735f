// Runs CNI plugins on a node as a container runtime does: one program for each plugin of the configuration, each told what the one before it did.
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { flannelDelegate } from './flannel-plugin.ts'
import type { NetworkConfig, PluginConfig } from './net-config.ts'
import { failedAdd, missingPlugin, noAddress, pluginFolder } from './plugin-errors.ts'

/** The pod whose network it is. */
export interface PodSandbox {
  /** 64 hexadecimal digits */
  id: string
  namespace: string
  name: string
  uid: string
  hostPorts: readonly { hostPort: number; containerPort: number; protocol: string; hostIP?: string }[]
}
export interface Attachment {
  sandbox: PodSandbox
  config: NetworkConfig
  subnetEnv: string | undefined
}
interface PluginResult {
  ips?: { address: string }[]
}

const timeoutMs = 10_000

export interface PluginChain {
  /** `pid`: of the pod, in the sandbox's outer pid namespace. Resolves with the pod's address; throws as containerd words it. */
  add(attachment: Attachment, pid: number): Promise<string>
  /** `pid` undefined: the pod's namespace is gone. What stays behind is no reason to keep the pod, so nothing is thrown. */
  remove(attachment: Attachment, pid: number | undefined): Promise<void>
}

/** The pid of a process of a pod as its node sees it. */
export async function pidOnNode(init: Pick<SandboxInit, 'run'>, node: string, pid: number): Promise<string> {
  const { stdout } = await init.run({ namespace: node, view: 'platform', argv: ['grep', '^NSpid:', `/proc/${pid}/status`], timeoutMs })
  return stdout.toString('utf8').trim().split(/\s+/).at(-2) ?? ''
}

export function createPluginChain(node: string, init: Pick<SandboxInit, 'run'>): PluginChain {
  async function call(
    command: 'ADD' | 'DEL',
    { sandbox, config, subnetEnv }: Attachment,
    own: PluginConfig,
    { path, previous }: { path: string; previous: PluginResult | undefined },
  ): Promise<PluginResult> {
    const { name, cniVersion } = config
    const { capabilities, ...plain } = own.type === 'flannel' ? flannelDelegate(config, own, subnetEnv) : own
    const runtimeConfig = capabilities?.portMappings ? { runtimeConfig: { portMappings: sandbox.hostPorts } } : {}
    const input = { ...plain, name, cniVersion, ...runtimeConfig, ...(previous ? { prevResult: previous } : {}) }
    const env = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: sandbox.id,
      CNI_NETNS: path,
      CNI_IFNAME: 'eth0',
      CNI_PATH: pluginFolder,
      CNI_ARGS: `IgnoreUnknown=1;K8S_POD_NAMESPACE=${sandbox.namespace};K8S_POD_NAME=${sandbox.name};K8S_POD_INFRA_CONTAINER_ID=${sandbox.id};K8S_POD_UID=${sandbox.uid}`,
    }
    const argv = [`${pluginFolder}/${plain.type}`]
    const { code, stdout, stderr } = await init.run({ namespace: node, view: 'inside', argv, env, stdin: JSON.stringify(input), timeoutMs })
    const said = stdout.toString('utf8')
    if (code === 127) throw new Error(missingPlugin(plain.type))
    if (code !== 0) throw new Error(pluginError(said) ?? (stderr.toString('utf8').trim() || `exit status ${code}`))
    return said.trim() ? (JSON.parse(said) as PluginResult) : {}
  }

  return {
    async add(attachment, pid) {
      const path = `/proc/${await pidOnNode(init, node, pid)}/ns/net`
      let previous: PluginResult | undefined
      for (const own of attachment.config.plugins) {
        try {
          previous = await call('ADD', attachment, own, { path, previous })
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          throw new Error(failedAdd(attachment.sandbox.id, own.type, reason))
        }
      }
      const address = previous?.ips?.[0]?.address.split('/')[0]
      if (address) return address
      throw new Error(noAddress(attachment.sandbox.id))
    },
    async remove(attachment, pid) {
      const path = pid === undefined ? '' : `/proc/${await pidOnNode(init, node, pid)}/ns/net`
      for (const own of [...attachment.config.plugins].reverse())
        await call('DEL', attachment, own, { path, previous: undefined }).catch(() => undefined)
    },
  }
}

/** What a plugin that failed says about it on its standard output. */
function pluginError(said: string): string | undefined {
  try {
    const { msg, details } = JSON.parse(said) as { msg?: string; details?: string }
    return [msg, details].filter(Boolean).join('; ') || undefined
  } catch {
    return undefined // it died before it could say it
  }
}
