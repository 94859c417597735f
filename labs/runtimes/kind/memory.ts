// How much memory a kind lab takes: what the kernel counts for its containers. Used by cluster.ts.
import type { SandboxInit } from '../../system/sandbox-init.ts'

/** In the toolbox, which sees the machine's cgroups: what each container uses, less what the kernel can drop at once. cgroup v2, else v1. */
const script = `
for pid; do
  v2=$(sed -n 's/^0:://p' /proc/$pid/cgroup) v1=$(sed -nE 's/^[0-9]+:([^:]*,)?memory(,[^:]*)?://p' /proc/$pid/cgroup)
  v2=/sys/fs/cgroup\${v2%/init.scope} v1=/sys/fs/cgroup/memory\${v1%/init.scope}
  if [ -r "$v2/memory.current" ]; then used=$(cat "$v2/memory.current") cold=$(sed -n 's/^inactive_file //p' "$v2/memory.stat")
  elif [ -r "$v1/memory.usage_in_bytes" ]; then used=$(cat "$v1/memory.usage_in_bytes") cold=$(sed -n 's/^total_inactive_file //p' "$v1/memory.stat")
  else continue; fi
  echo $((used - cold))
done`

/** Bytes of these places together; 0 where the machine's cgroups cannot be read. */
export async function memoryOf(init: SandboxInit, namespaces: readonly string[]): Promise<number> {
  const pids = await Promise.all(
    namespaces.map(async (namespace) => {
      const { stdout } = await init.run({ namespace, view: 'platform', argv: ['sh', '-c', 'echo $ROOT'] })
      return /\/proc\/(\d+)\/root/.exec(stdout.toString())?.[1]
    }),
  )
  const { stdout } = await init.run({
    view: 'platform',
    argv: ['bash', '-c', script, 'memory', ...pids.filter((pid) => pid !== undefined)],
  })
  return stdout
    .toString()
    .split('\n')
    .filter(Boolean)
    .reduce((sum, bytes) => sum + Number(bytes), 0)
}
