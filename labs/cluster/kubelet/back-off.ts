// The kubelet's waiting times: 10 s doubling to 5 min, forgotten after 10 min of good behaviour. Used for restarts and for image pulls.

const firstMs = 10_000
const longestMs = 300_000
const forgottenMs = 600_000

export interface BackOff {
  /** how long to wait now, in ms; the first failure costs nothing */
  failed(ranMs: number): number
}

export function createBackOff(): BackOff {
  let next = 0
  return {
    failed(ranMs) {
      if (ranMs >= forgottenMs) next = 0
      const wait = next
      next = Math.min(longestMs, wait === 0 ? firstMs : wait * 2)
      return wait
    },
  }
}
