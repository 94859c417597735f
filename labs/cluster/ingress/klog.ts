// Lines of a Go program's log, as klog writes them.

const two = (n: number) => String(n).padStart(2, '0')

export function klogLine(level: 'I' | 'W' | 'E', epochMs: number, place: string, message: string): string {
  const at = new Date(epochMs)
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}.${String(at.getUTCMilliseconds()).padStart(3, '0')}000`
  return `${level}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())} ${time}       7 ${place}] ${message}`
}
