// Runs one readiness, liveness or startup probe of one container on its schedule. The container starts it and hears of changes only.
import type { Clock } from '../../system/clock.ts'

/** The Kubernetes probe's own fields; defaults are the API's. */
export interface HealthProbeSpec {
  httpGet?: { path?: string; port: number | string; host?: string; scheme?: string; httpHeaders?: { name: string; value: string }[] }
  tcpSocket?: { port: number | string; host?: string }
  exec?: { command?: string[] }
  grpc?: { port: number; service?: string }
  initialDelaySeconds?: number
  timeoutSeconds?: number
  periodSeconds?: number
  successThreshold?: number
  failureThreshold?: number
}
/** `detail` is the kubelet's wording of what went wrong. */
export interface HealthResult {
  ok: boolean
  detail: string
}
export interface HealthCheck {
  stop(): void
}
export interface HealthCheckOptions {
  spec: HealthProbeSpec
  clock: Clock
  /** readiness and startup: nothing is ready before it says so, so it had better say so soon */
  eager: boolean
  run(signal: AbortSignal): Promise<HealthResult>
  /** every failure that counts, for the Unhealthy event */
  onFailure(detail: string): void
  /** a threshold was crossed */
  onChange(healthy: boolean): void
}

/** Before its first success a probe is repeated at these times instead of only each period: a lab starts in milliseconds, not in periods. */
const eagerMs = [8, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512] as const

export function startHealthCheck({ spec, clock, eager, run, onFailure, onChange }: HealthCheckOptions): HealthCheck {
  const stopped = new AbortController()
  const periodMs = (spec.periodSeconds ?? 10) * 1000
  const { successThreshold = 1, failureThreshold = 3 } = spec

  /** A probe that could not be taken (the machine is too busy) is a failed one, as for the kubelet. */
  const attempt = async (): Promise<HealthResult> => {
    try {
      return await run(stopped.signal)
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) }
    }
  }
  const loop = async () => {
    if (spec.initialDelaySeconds) await clock.sleep(spec.initialDelaySeconds * 1000, stopped.signal)
    for (const waitMs of eager ? [0, ...eagerMs] : []) {
      if (waitMs) await clock.sleep(Math.min(waitMs, periodMs), stopped.signal)
      const { ok } = await attempt()
      if (stopped.signal.aborted) return
      if (ok) {
        if (successThreshold === 1) onChange(true)
        break
      }
    }
    let healthy: boolean | undefined
    let streak = 0
    let last: boolean | undefined
    for (;;) {
      await clock.sleep(periodMs, stopped.signal)
      const { ok, detail } = await attempt()
      if (stopped.signal.aborted) return
      streak = ok === last ? streak + 1 : 1
      last = ok
      if (!ok) onFailure(detail)
      if (streak < (ok ? successThreshold : failureThreshold)) continue
      // a liveness probe that fails again and again asks again and again
      if (healthy !== ok || !ok) onChange(ok)
      healthy = ok
    }
  }
  loop().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error
  })
  return { stop: () => stopped.abort() }
}
