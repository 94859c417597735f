// The laptop and the outside hosts of a kind lab: containers on the cluster's network, with this machine's tools. Used by cluster.ts.
import type { HostProgram } from '../../system/host-programs.ts'
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
  host: { name: string; address: string; names: readonly string[] },
  signal?: AbortSignal,
): Promise<HostContainer> {
  const { engine, labId, assets, image, subnet } = options
  const address = onNetwork(subnet, host.address)
  const args = [
    ...['run', '-d', '--name', hostName(labId, host.name), '--label', `${labLabel}=${labId}`, '--hostname', host.name],
    ...['--network', networkName(labId), ...[host.name, ...host.names].flatMap((name) => ['--network-alias', name]), '--ip', address],
    ...['--cap-add', 'NET_ADMIN', '--cap-add', 'NET_RAW', '--cap-add', 'SYS_PTRACE', '--pids-limit', '500'],
    ...['-v', '/usr:/usr:ro', '-v', `${labinitProgram(assets)}:/.init:ro`, image, '/.init', 'init'],
  ]
  const containerId = (await engine.run(args, { signal })).trim()
  return { name: host.name, address, containerId }
}

/** What a scenario's hosts run. */
export const programsOf = (hosts: ClusterSpec['hosts']): HostProgram[] =>
  hosts.flatMap(({ name, run }) => run.map(({ image, args }) => ({ host: name, image, args })))
