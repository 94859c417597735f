// The port every runtime implements: a way to obtain a cluster. contract.ts is the suite both runtimes pass.
import type { NetworkProbe, ProbeResult } from '../spec/probe.ts'
import type { CniName, EbpfProgram, Hold, RuntimeName, Scenario } from '../spec/scenario.ts'
import type { Target } from '../spec/target.ts'

/** What the cluster must contain. Nodes are always control-plane, worker and worker2; laptop is always there. */
export interface ClusterSpec {
  /** eight characters; every object outside the sandbox is named or labelled podwire-<labId> */
  labId: string
  hosts: Scenario['hosts']
  /** default kindnet, which every runtime has */
  cni?: CniName
  /** students may read and change what is in eBPF maps; on embedded alone */
  privileged: boolean
  /** what nodes of a privileged cluster have from the beginning */
  ebpf?: readonly NodeProgram[]
  /** a folder of the lab's own for sockets and logs; the caller creates and removes it */
  folder: string
  /** what it may take, for runtimes that can have the machine see to it; undefined: no bound. Whoever owns the cluster watches it all the same. */
  memoryMB?: number
}

/** An eBPF program with its C source. */
export interface NodeProgram extends EbpfProgram {
  code: string
}

/** A runtime that makes things which do not end with the lab process keeps this file in the lab's folder while there may be any. */
export const outsideMark = 'outside'
/** What kind says while it makes a lab's cluster, in the lab's folder. */
export const kindLog = 'kind.log'

/** A step of creation, in order; `done` carries its duration in ms. */
export interface StepReport {
  id: string
  state: 'running' | 'done' | 'failed'
  ms?: number
  detail?: string
  /** epoch ms at which a running step began; who reports may leave it out */
  since?: number
}

export interface Runtime {
  readonly name: RuntimeName
  /** ids of the steps that create() will report, in order */
  readonly steps: readonly string[]
  /** Creates a cluster whose nodes are Ready and whose DNS answers. On failure or abort nothing is left behind. */
  create(spec: ClusterSpec, options: { signal: AbortSignal; onStep(report: StepReport): void }): Promise<Cluster>
}

export interface Place {
  target: Target
  /** address on its network, if it has one */
  address?: string
}

/** A running process in the lab. Bytes are delivered in order; `ack` lets the source send more (window 256 KiB unacknowledged). */
export interface LabProcess {
  onStdout(listener: (bytes: Buffer) => void): void
  onStderr(listener: (bytes: Buffer) => void): void
  /** resolves with the exit code (128 + signal when killed); never rejects */
  readonly exited: Promise<number>
  write(bytes: Buffer): void
  /** bytes written that wait here because the process does not read */
  readonly heldBytes: number
  /** resolves when none wait any more, or the process has exited */
  taken(): Promise<void>
  end(): void
  ack(bytes: number): void
  resize(cols: number, rows: number): void
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' | 'SIGHUP'): void
}

export interface SpawnOptions {
  tty?: { cols: number; rows: number }
  env?: Record<string, string>
  /** `platform`: only the network namespace is the target's, tools are the platform's, $ROOT is the target's root folder */
  view?: 'inside' | 'platform'
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** path with query, e.g. /api/v1/namespaces/default/services/web */
  path: string
  contentType?: string
  body?: unknown
}

export interface Cluster {
  /** everything that can be entered now: laptop, nodes, hosts and running pods */
  places(): Promise<Place[]>
  /** Starts a process; `shell` is the one of a terminal there. Throws LabError target-unknown. `deploy/x` picks a ready pod. */
  spawn(target: Target, argv: string[] | 'shell', options?: SpawnOptions): Promise<LabProcess>
  /** Takes one observation with the platform's own prober, in the target's network namespace. */
  probe(probe: NetworkProbe, signal?: AbortSignal): Promise<ProbeResult>
  /** One request to the Kubernetes API as cluster admin; resolves with status and parsed JSON (or text), whatever the status. */
  api(request: ApiRequest): Promise<{ status: number; body: unknown }>
  /** Applies manifests (YAML text, many documents): creates or replaces. */
  apply(yaml: string): Promise<void>
  /** Resolves when every Deployment is available, its EndpointSlices written and every kube-proxy and policy agent has programmed them. */
  settled(timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** Stops an agent on one node from acting, without a trace a student would see as the cause; release() lets it act again. */
  hold(agents: Hold[]): Promise<void>
  release(): Promise<void>
  /** What nodes do by themselves sooner or later: full sync of kube-proxy and the CNI agent (held ones too), sysctl.d read again. Resolves when done. */
  resync(): Promise<void>
  /**
   * Adds outside hosts to those create() made: a spare cluster is created before its scenario is known. They are there, with their programs,
   * when it resolves, and restore() makes them again. On failure or abort the cluster is good for nothing but destroy().
   */
  addHosts(hosts: ClusterSpec['hosts'], signal?: AbortSignal): Promise<void>
  /**
   * Gives back a cluster as create() left it, with the hosts that were added; processes and changes of before are gone. Workloads may be applied at once;
   * settled() tells when its own agents and DNS, which may begin anew, are there too. At most a second on embedded.
   */
  restore(signal?: AbortSignal): Promise<void>
  /** Where restore() undoes what was done, and may miss something: makes the cluster anew under the same lab. Absent where restore() does that anyway. */
  recreate?(signal: AbortSignal): Promise<void>
  /** bytes of memory (PSS where the host tells it) */
  memoryBytes(): Promise<number>
  /** settles when the cluster dies by itself; the value says why */
  readonly died: Promise<string>
  /** Whether it died because it wanted more memory than it may; for runtimes that have the machine see to that. */
  ranOutOfMemory?(): boolean
  destroy(): Promise<void>
}
