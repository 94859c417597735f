// TEMP
import type { SandboxProcess } from '../../system/sandbox-init.ts'
export interface ClusterDns {
  serveRelay(process: SandboxProcess, node: string): void
  listen(): Promise<void>
}
export function createClusterDns(_: object): ClusterDns {
  return { serveRelay() {}, async listen() {} }
}
