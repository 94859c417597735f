// Reads sysctl.d of a node again and sets what it says, as systemd-sysctl does at boot. Part of the runtime's resync().
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { createNamespaceCommands } from '../cni/namespace-commands.ts'
import { type SysctlFile, sysctlFolders, sysctlSettings } from '../cni/sysctls.ts'

/** Prints the interfaces, then each file: name and content, everything ended by NUL. The platform's tools, the node's files. */
const readAll = `
ls /proc/sys/net/ipv4/conf; printf '\\0'
for folder in ${sysctlFolders.join(' ')}; do
  for file in "$ROOT$folder"/*.conf; do
    [ -f "$file" ] && [ ! -L "$file" ] && printf '%s\\0' "$folder/\${file##*/}" && cat -- "$file" && printf '\\0'
  done
done; true`

export async function applySysctlFiles(init: SandboxInit, node: string): Promise<void> {
  const { run } = createNamespaceCommands(init)
  const [interfaces = '', ...parts] = (await run(node, ['bash', '-c', readAll])).split('\0')
  const files: SysctlFile[] = []
  for (let i = 0; i + 1 < parts.length; i += 2) files.push({ path: parts[i] as string, text: parts[i + 1] as string })
  const settings = sysctlSettings(files, interfaces.trim().split(/\s+/))
  // one by one, because systemd-sysctl goes on after a key that it cannot set
  await Promise.allSettled(Object.entries(settings).map(([key, value]) => init.writeSysctls(node, { [key]: value })))
}
