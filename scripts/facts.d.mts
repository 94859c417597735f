export interface Facts {
  platform: string
  arch: string
  os: string
  osId: string
  osVersion: string
  kernel: string
  wsl: boolean
  node: string
  uid: number
  cpus: number
  memoryMB: number
  freeDiskMB?: number
  commands: Record<string, boolean>
  staticLibc: boolean
  bpfHeaders: boolean
  bashCompletion: boolean
  userNamespace?: { tried: string; ok: boolean; stderr: string }
  sysctls: Record<string, string | undefined>
  subuid: boolean
  kubectl?: string
  port: { host: string; port: number; free: boolean }
}
export const commands: string[]
export function findCommand(name: string): string | undefined
export function kubectlVersion(path: string): string | undefined
export function gatherFacts(options?: { port?: number; host?: string; cacheFolder?: string }): Promise<Facts>
