// The command line a probe stands for, as it would be typed at `from`. Pure; shown by verdict-head.tsx and probe-form.tsx.
import type { PathQuestion } from '../../labs/spec/path.ts'

/** `pod/shop:web-0/app` → `web-0`: what a prompt there begins with. */
const promptName = (place: string): string => /^(?:\w+\/)?(?:[^:/]+:)?([^/]+)/.exec(place)?.[1] ?? place

/** `[fd00::1]:53` → host and port; a port is missing where none was written. */
function splitPort(authority: string): { host: string; port: string | undefined } {
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(authority)
  return parts ? { host: parts[1] ?? (parts[2] as string), port: parts[3] } : { host: authority, port: undefined }
}

const words = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' ')

/** What a person would type for the same packet; `undefined` for a text that is no question. */
export function probeCommand(to: string): string | undefined {
  const parts = /^(http|tcp|udp|ping|dns):\/\/(\S+)$/.exec(to)
  if (!parts) return undefined
  const rest = parts[2] as string
  const { host, port } = splitPort(rest)
  switch (parts[1]) {
    case 'http':
      return `curl ${to}`
    case 'tcp':
      return words('nc -zv', host, port)
    case 'udp':
      return words('nc -uzv', host, port)
    case 'ping':
      return `ping -c 1 ${host}`
    default: {
      const [name = '', server] = rest.split('@')
      return words('dig +search', server && `@${server}`, name)
    }
  }
}

/** `client $ curl http://cart`. */
export function commandLine({ from, to }: PathQuestion): string {
  return `${promptName(from)} $ ${probeCommand(to) ?? to}`
}
