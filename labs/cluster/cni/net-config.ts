// Which network configuration a container runtime takes from /etc/cni/net.d: the first file in order, read as libcni reads it. Pure.

/** A plugin's own part; what it holds is the plugin's business. */
export interface PluginConfig {
  type: string
  capabilities?: Record<string, boolean>
  [key: string]: unknown
}
export interface NetworkConfig {
  name: string
  cniVersion: string
  plugins: PluginConfig[]
}
export interface NetConfigFile {
  path: string
  text: string
}

/** There is nothing to call: the runtime says that its network is not ready, and no pod is tried. */
export class NetworkNotReady extends Error {
  /** as the node's condition has it; a pod's event says more words */
  static readonly condition =
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

  constructor(why: string) {
    super(`network is not ready: ${NetworkNotReady.condition}`, { cause: why })
  }
}

const extensions = ['.conf', '.conflist', '.json']

export const firstConfig = (files: readonly NetConfigFile[]): NetConfigFile | undefined =>
  files.filter(({ path }) => extensions.some((extension) => path.endsWith(extension))).sort((a, b) => (a.path < b.path ? -1 : 1))[0]

/** Throws NetworkNotReady; its cause says what is wrong with the file, or that there is none. */
export function chooseConfig(files: readonly NetConfigFile[]): NetworkConfig {
  const first = firstConfig(files)
  if (!first) throw new NetworkNotReady('no network config found in /etc/cni/net.d')
  let json: unknown
  try {
    json = JSON.parse(first.text)
  } catch (error) {
    throw new NetworkNotReady(`failed to load CNI config file ${first.path}: ${(error as Error).message}`)
  }
  if (typeof json !== 'object' || json === null) throw new NetworkNotReady(`failed to load CNI config file ${first.path}: not an object`)
  const { name = '', cniVersion = '', plugins, ...single } = json as Partial<NetworkConfig> & { type?: unknown }
  const list = first.path.endsWith('.conflist') ? plugins : [single as unknown as PluginConfig]
  if (!Array.isArray(list) || list.length === 0) throw new NetworkNotReady(`CNI config list ${first.path} has no networks`)
  if (list.some((plugin) => typeof plugin?.type !== 'string' || !plugin.type))
    throw new NetworkNotReady(`network type not found in ${first.path}`)
  return { name, cniVersion, plugins: list }
}
