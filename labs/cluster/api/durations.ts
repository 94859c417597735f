// Ages as kubectl prints them (apimachinery's duration.HumanDuration). Used by the tables.

/** Whole seconds as 5s, 2m30s, 17m, 3h12m, 2d4h, 12d, 1y20d; negative is <invalid>. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 24 * 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`
  if (hours < 24 * 365 * 2) return `${days}d`
  const years = Math.floor(hours / 24 / 365)
  const rest = days % 365
  if (hours < 24 * 365 * 8) return rest === 0 ? `${years}y` : `${years}y${rest}d`
  return `${years}y`
}

/** Time since an RFC 3339 timestamp; <unknown> when there is none. */
export function age(timestamp: string | undefined | null, now: number): string {
  if (!timestamp) return '<unknown>'
  return humanDuration(now - Date.parse(timestamp))
}

/** metav1.Time: seconds, UTC. */
export const timestamp = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`
/** metav1.MicroTime. */
export const microTimestamp = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 23)}000Z`
