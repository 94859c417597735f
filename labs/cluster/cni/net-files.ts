// What a node's files say about its network, for those who attach pods: /etc/cni/net.d, and flanneld's subnet.env.
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import type { NetConfigFile } from './net-config.ts'
import type { CniShape } from './shape.ts'
import { subnetEnvPath } from './shapes/flannel.ts'
import type { NodeAddress } from './topology.ts'

export interface NodeNetFiles {
  /** in no order */
  configs: NetConfigFile[]
  subnetEnv: string | undefined
}

/** As the shape has written them. */
export function writtenNetFiles(shape: CniShape, node: NodeAddress): NodeNetFiles {
  const { path, text } = shape.config
  return { configs: [{ path, text: text(node) }], subnetEnv: shape.files(node).find((file) => file.path === subnetEnvPath)?.text }
}

/** Prints path and content of each file, everything ended by NUL. The platform's tools, the node's files. */
const readAll = `
for file in "$ROOT"/etc/cni/net.d/* "$ROOT${subnetEnvPath}"; do
  [ -f "$file" ] && [ ! -L "$file" ] && printf '%s\\0' "\${file#"$ROOT"}" && cat -- "$file" && printf '\\0'
done; true`

export async function readNetFiles(node: string, init: Pick<SandboxInit, 'run'>): Promise<NodeNetFiles> {
  const parts = (await createNamespaceCommands(init).run(node, ['bash', '-c', readAll])).split('\0')
  const files: NetConfigFile[] = []
  for (let i = 0; i + 1 < parts.length; i += 2) files.push({ path: parts[i] as string, text: parts[i + 1] as string })
  return {
    configs: files.filter(({ path }) => path !== subnetEnvPath),
    subnetEnv: files.find(({ path }) => path === subnetEnvPath)?.text,
  }
}
