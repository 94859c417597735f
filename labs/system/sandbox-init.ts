// The interface to pid 1 of an embedded sandbox (labs/system/native/labinit.c): namespaces, processes, files.
// Two parties speak it: the lab process over inherited pipes and the control plane over a socketpair.

export interface NamespaceOptions {
  /** unique in the sandbox: worker, laptop, pod-<uid> */
  name: string
  /** the node's name for a pod; its pid namespace becomes a child of the node's */
  parent?: string
  /** decides root filesystem and capabilities */
  kind: 'node' | 'pod' | 'host'
  hostname: string
}

export interface SandboxSpawn {
  /** undefined: the sandbox's own network namespace (the switch between the nodes) */
  namespace?: string
  /** inside: all namespaces of it, student credentials, seccomp. platform: only its net namespace, control's credentials, $ROOT set */
  view: 'inside' | 'platform'
  argv: string[]
  /** added to a clean base (PATH, HOME, TERM, LANG) */
  env?: Record<string, string>
  cwd?: string
  tty?: { cols: number; rows: number }
}

/** A process in the sandbox. At most 256 KiB of output is sent ahead of `ack`. */
export interface SandboxProcess {
  onStdout(listener: (bytes: Buffer) => void): void
  onStderr(listener: (bytes: Buffer) => void): void
  /** exit code, 128 + signal when killed, 126/127 when it could not start; never rejects */
  readonly exited: Promise<number>
  write(bytes: Buffer): void
  /** bytes written that labinit has no room for yet */
  readonly heldBytes: number
  /** resolves when there are none, or the process has exited */
  taken(): Promise<void>
  end(): void
  ack(bytes: number): void
  resize(cols: number, rows: number): void
  /** to the process group */
  kill(signal: number): void
}

export interface SandboxInit {
  /**
   * pid is as seen in the sandbox's outer pid namespace (for `ip link … netns <pid>`). `lo` is up, /etc/hostname and /etc/hosts are written.
   * Asking again for one that exists with equal options gives its pid: labd makes control-plane before the control plane runs.
   */
  createNamespace(options: NamespaceOptions): Promise<{ pid: number }>
  /** kills everything in it and waits until it is gone */
  destroyNamespace(name: string): Promise<void>
  /** called when a namespace's init dies by other hands */
  onNamespaceLost(listener: (name: string) => void): void
  spawn(options: SandboxSpawn): SandboxProcess
  /** spawn, feed stdin, collect output (each stream capped at 1 MiB), acknowledge by itself */
  run(options: SandboxSpawn & { stdin?: string | Buffer; timeoutMs?: number }): Promise<{ code: number; stdout: Buffer; stderr: Buffer }>
  /** As that namespace's own root sees it; links resolve inside. Regular files up to 4 MiB; folders above a written file are made. */
  readFile(namespace: string, path: string): Promise<Buffer>
  writeFile(namespace: string, path: string, data: string | Buffer, mode?: number): Promise<void>
  /** As writeFile, only where there is none yet; resolves with whether there was none. Of many who try at once, one succeeds. */
  createFile(namespace: string, path: string, data: string | Buffer): Promise<boolean>
  /** key such as net.ipv4.ip_forward; many in one round trip */
  writeSysctls(namespace: string, values: Record<string, string>): Promise<void>
  /** settles when the sandbox is gone */
  readonly closed: Promise<void>
}
