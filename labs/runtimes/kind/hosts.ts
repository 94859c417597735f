// The laptop and the outside hosts of a kind lab: containers on the cluster's network, with this machine's tools. Used by cluster.ts.
import { LabError } from '../../spec/errors.ts'
import { findImage } from '../../spec/images.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import type { ClusterSpec } from '../runtime.ts'
import { onNetwork } from './addresses.ts'
import type { Engine } from './engine.ts'
import { hostName, labLabel, networkName } from './names.ts'
import { labinitProgram } from './toolbox.ts'

export interface HostContainer {
  name: string
  address: string
  containerId: string
}

export interface HostsOptions {
  engine: Engine
  labId: string
  assets: string
  image: string
  subnet: string
}

/** Starts the container; nothing runs in it yet. */
export async function startHost(
  options: HostsOptions,
  host: { name: string; address: string },
  signal?: AbortSignal,
): Promise<HostContainer> {
  const { engine, labId, assets, image, subnet } = options
  const address = onNetwork(subnet, host.address)
  const args = [
    ...['run', '-d', '--name', hostName(labId, host.name), '--label', `${labLabel}=${labId}`, '--hostname', host.name],
    ...['--network', networkName(labId), '--network-alias', host.name, '--ip', address],
    ...['--cap-add', 'NET_ADMIN', '--cap-add', 'NET_RAW', '--cap-add', 'SYS_PTRACE', '--pids-limit', '500'],
    ...['-v', '/usr:/usr:ro', '-v', `${labinitProgram(assets)}:/.init:ro`, image, '/.init', 'init'],
  ]
  const containerId = (await engine.run(args, { signal })).trim()
  return { name: host.name, address, containerId }
}

const restartMs = 1000

/** Starts what a scenario's hosts run, and starts it again when it ends. Throws LabError scenario-invalid for an image that is none of ours. Returns stop. */
export function startHostPrograms(init: SandboxInit, hosts: ClusterSpec['hosts'], log: Log): () => void {
  let stopped = false
  const start = (host: string, argv: string[]) => {
    if (stopped) return
    const process = init.spawn({ namespace: host, view: 'inside', argv })
    process.onStdout((bytes) => process.ack(bytes.length))
    process.onStderr((bytes) => process.ack(bytes.length))
    process.end()
    void process.exited.then((code) => {
      if (stopped) return
      log.info({ host, argv, code }, 'a program of an outside host ended and is started again')
      setTimeout(() => start(host, argv), restartMs).unref()
    })
  }
  for (const { name, run } of hosts) {
    for (const { image, args } of run) {
      const found = findImage(image)
      if (!found) throw new LabError('scenario-invalid', `host ${name}: labs have no image ${image}`)
      const { entrypoint, cmd } = found.program
      start(name, [...entrypoint, ...(args.length ? args : cmd)])
    }
  }
  return () => {
    stopped = true
  }
}
