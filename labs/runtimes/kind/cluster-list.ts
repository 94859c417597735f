// Lists the kind clusters of labs on this machine, with their nodes, other hosts and memory. Called by `podwire kind status`.
import { LabError } from '../../spec/errors.ts'
import { runCommand } from '../../system/command.ts'
import type { ToolPlaces } from './tool-facts.ts'
import type { KindTools } from './tools.ts'

/** A node, or an outside host of the lab. */
export interface KindNode {
  name: string
  /** the engine's word: running, exited, created */
  state: string
  /** bytes in use; absent for a node that does not run */
  memoryBytes?: number
}

export interface KindCluster {
  name: string
  nodes: KindNode[]
}

/** Podwire's clusters are called podwire-<lab id>; others are none of its business. */
const prefix = 'podwire-'
/** on kind's nodes: the cluster's name */
const clusterLabel = 'io.x-k8s.kind.cluster'
/** on a lab's outside hosts: the lab's id */
const labLabel = 'podwire.lab'

export async function listClusters(engine: KindTools['engine'], env: ToolPlaces['env'] = process.env): Promise<KindCluster[]> {
  const { stdout } = await runCommand([engine.program, 'ps', '--all', '--format', '{{json .}}'], { env })
  const clusters = readClusters(stdout)
  const running = clusters.flatMap(({ nodes }) => nodes).filter(({ state }) => state === 'running')
  if (running.length === 0) return clusters
  const used = await askMemory(engine, running, env)
  for (const node of running) {
    const bytes = used.get(node.name)
    if (bytes !== undefined) node.memoryBytes = bytes
  }
  return clusters
}

async function askMemory(engine: KindTools['engine'], nodes: KindNode[], env: ToolPlaces['env']): Promise<Map<string, number>> {
  const stats = [engine.program, 'stats', '--no-stream', '--format', '{{.Name}}\t{{.MemUsage}}', ...nodes.map(({ name }) => name)]
  try {
    return readMemory((await runCommand(stats, { env })).stdout)
  } catch (error) {
    // one of them has ended since: the list is worth more than the figures
    if (error instanceof LabError && error.code === 'command-failed') return new Map()
    throw error
  }
}

/** docker writes labels as one string; podman as an object, and names as a list. */
interface EngineContainer {
  Names: string | string[]
  State: string
  Labels: string | Record<string, string> | null
}

/** Pure: one JSON document a line. */
export function readClusters(text: string): KindCluster[] {
  const clusters = new Map<string, KindCluster>()
  for (const line of text.split('\n').filter(Boolean)) {
    const { Names, State, Labels } = JSON.parse(line) as EngineContainer
    const labels: Record<string, string | undefined> =
      typeof Labels === 'string' ? Object.fromEntries(Labels.split(',').map((each) => each.split('=', 2))) : (Labels ?? {})
    const lab = labels[labLabel]
    const cluster = labels[clusterLabel] ?? (lab ? `${prefix}${lab}` : '')
    if (!cluster.startsWith(prefix)) continue
    const known = clusters.get(cluster) ?? { name: cluster, nodes: [] }
    known.nodes.push({ name: [Names].flat()[0] ?? '', state: State.toLowerCase() })
    clusters.set(cluster, known)
  }
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
  for (const { nodes } of clusters.values()) nodes.sort(byName)
  return [...clusters.values()].sort(byName)
}

const units: Record<string, number> = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** Pure: lines of name, "455.3MiB / 23.54GiB". */
export function readMemory(text: string): Map<string, number> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, name, amount, unit] = /^(\S+)\t([\d.]+)\s*([A-Za-z]+) \//.exec(line) ?? []
      const scale = units[unit ?? '']
      return name && amount && scale ? [[name, Math.round(Number(amount) * scale)] as const] : []
    }),
  )
}
