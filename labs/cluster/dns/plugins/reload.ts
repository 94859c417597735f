// `reload`: how often the Corefile is looked at. The looking is in ../process.ts.
import { CorefileError } from '../corefile/dispenser.ts'
import { formatDuration, goDuration } from '../corefile/values.ts'
import type { Setup } from '../plugin.ts'

const shortestMs = 2000
const shortestJitterMs = 1000

export const reload: Setup = (words) => {
  words.next()
  const [interval = '30s', jitter = '15s', ...more] = words.remaining()
  if (more.length) throw words.argumentError()
  const intervalMs = goDuration(interval)
  if (intervalMs < shortestMs) throw new CorefileError(`interval value must be greater or equal to ${formatDuration(shortestMs)}`)
  const jitterMs = goDuration(jitter)
  if (jitterMs !== 0 && jitterMs < shortestJitterMs)
    throw new CorefileError(`jitter value must be 0 or greater or equal to ${formatDuration(shortestJitterMs)}`)
  // so that not all CoreDNS of a cluster do it at the same time
  return { reloadMs: intervalMs + (Math.random() - 0.5) * Math.min(jitterMs, intervalMs / 2) }
}
