// What the API server asks of the kubelets: commands, logs and connections in pods. The kubelet implements it; exec, attach, log and portforward use it.
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import type { KubeObject } from './store.ts'

/** A running command, or the container's own process when attached. kill() on an attached one only detaches. */
export type ExecStream = Omit<SandboxProcess, 'heldBytes' | 'taken'>

export interface ExecOptions {
  /** a terminal of this first size; stderr is then part of stdout */
  tty?: { cols: number; rows: number }
  /** whether stdin stays open; false: it is closed at once */
  stdin: boolean
}

export interface LogOptions {
  follow: boolean
  /** of the container's previous run */
  previous: boolean
  /** last lines only */
  tailLines?: number
  /** lines written since then, epoch ms */
  sinceMs?: number
  /** each line begins with its RFC 3339 time (nanoseconds, Z) and a space */
  timestamps: boolean
}

/** A byte connection to a port in a pod. */
export interface PortStream {
  onData(listener: (bytes: Buffer) => void): void
  /** the pod will send no more */
  onEnd(listener: () => void): void
  /** e.g. connection refused; the text is shown to the student. Called at most once, instead of onEnd */
  onError(listener: (error: Error) => void): void
  write(bytes: Buffer): void
  /** the client will send no more */
  end(): void
  destroy(): void
}

/**
 * All take the pod as it is in the store and a container's name that exists in its spec. Throw ApiError BadRequest when the container is not running
 * (`container "app" in pod "web" is waiting to start: ContainerCreating`) or has no previous run.
 */
export interface PodStreams {
  exec(pod: KubeObject, container: string, argv: string[], options: ExecOptions): ExecStream
  attach(pod: KubeObject, container: string, options: ExecOptions): ExecStream
  /** ends when the log has been read (follow: when the container has ended or signal aborts) */
  logs(pod: KubeObject, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer>
  portForward(pod: KubeObject, port: number): PortStream
}
