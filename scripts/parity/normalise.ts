// Takes out of an output what two runs may differ in though nothing is different: addresses, names and numbers chosen at random, times. Used by compare.ts; pure.
import { type Facts, lanOf, type Played } from './play.ts'

/** What Kubernetes makes random names of: no vowels, no digits that look like one. */
const random = '[bcdfghjklmnpqrstvwxz2456789]'
const safePorts = new Set(['30080', '30081', '30082', '30083', '30090', '30123', '30999', '32767', '30000'])
/** Service addresses that are not chosen at random, or that the transcript itself names. */
const safeServices = new Set(['0.0', '0.1', '0.10', '0.99', '77.77', '200.200'])
/** Nodes get their podCIDRs in the order in which they joined. */
const nodeOrder = ['control-plane', 'worker', 'worker2']

type Rule = [RegExp, string | ((...parts: string[]) => string)]

function addressRules(facts: Facts): Rule[] {
  const order = new Map(
    Object.entries(facts.podCidrs).map(([node, cidr]) => [cidr.split('.')[2] as string, String(nodeOrder.indexOf(node))]),
  )
  const lan = lanOf(facts)
  const names = new Map(Object.entries(facts.addresses).map(([name, address]) => [address, name]))
  const pod = (_: string, node = '', host = '') =>
    `10.244.${order.get(node) ?? node}.${Number(host) > 1 && Number(host) < 255 && order.has(node) ? 'x' : host}`
  const lanAddress = (address: string) => {
    const name = names.get(address)
    if (name) return `<${name}>`
    return address === `${lan}.0.1` ? '<gateway>' : address.replace(lan, '<lan>')
  }
  return [
    [new RegExp(`\\b${lan.replace('.', '\\.')}\\.\\d+\\.\\d+\\b`, 'g'), lanAddress],
    [/\b10\.244\.(\d+)\.(\d+)\b/g, pod],
    [/\b10-244-(\d+)-(\d+)\b/g, (...parts) => pod(...(parts as [string])).replaceAll('.', '-')],
    [/\b(\d+)\.(\d+)\.244\.10\.in-addr/g, (_, host, node) => `${pod('', node, host).split('.').reverse().join('.')}.in-addr`],
    [/\b10\.96\.(\d+\.\d+)\b/g, (whole, rest = '') => (safeServices.has(rest) ? whole : '<service ip>')],
    [/\b10-96-(\d+)-(\d+)\b/g, (whole, a, b) => (safeServices.has(`${a}.${b}`) ? whole : '<service-ip>')],
    [/\b(\d+)\.(\d+)\.96\.10\.in-addr/g, (whole, b, a) => (safeServices.has(`${a}.${b}`) ? whole : '<service ip>.in-addr')],
    [/\b(?:fe80|fc00|fd[0-9a-f]{2}):[0-9a-f:]+/g, '<ipv6>'],
    [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, '<mac>'],
    [/\bveth[0-9a-f]{8}\b/g, 'veth<n>'],
  ]
}

const textRules: Rule[] = [
  [/\r/g, ''],
  // names and hashes
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, '<uid>'],
  [/\b[0-9a-f]{64}\b/g, '<sha256>'],
  [/\bKUBE-SEP-[A-Z2-7]{16}\b/g, 'KUBE-SEP-<hash>'],
  [new RegExp(`-${random}{8,10}\\b(?=-${random}{5}\\b)`, 'g'), '-<hash>'],
  [new RegExp(`-${random}{8,10}(?![\\w.-])`, 'g'), '-<hash>'],
  [new RegExp(`-${random}{5}(?![\\w.-])`, 'g'), '-<id>'],
  [new RegExp(`(pod-template-hash["']?[=:] ?["']?)${random}{8,10}`, 'g'), '$1<hash>'],
  [/(resourceVersion"?: ?")\d+/g, '$1<n>'],
  // times
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .{0,8}\d.{0,8}\d\d:\d\d:\d\d(?: \+\d{4}| UTC| GMT)?(?: \d{4})?/g, '<time>'],
  [/ ?\(x\d+ over [^)]*\)/g, ''],
  [/(?<=^|\s\s|\(|\t)(?:\d+[smhd]){1,2}(?= ago|\s\s|\t|\)|\s*$)/gm, '<age>'],
  [/(?<=\s\s)<invalid>(?=\s|$)/gm, '<age>'],
  [/\bafter \d+ (ms|milliseconds)/g, 'after <n> $1'],
  [/\btime[= ][\d.]+ ?ms/g, 'time=<n> ms'],
  [/(rtt|round-trip) min\/.*$/gm, '$1 <times>'],
  [/\bQuery time: \d+ msec/g, 'Query time: <n> msec'],
  // numbers that the kernel or the programs choose
  [/\bid: \d+/g, 'id: <n>'],
  [/\bCOOKIE: [0-9a-f]+/g, 'COOKIE: <n>'],
  [/(hostmaster\.cluster\.local\. )\d+/g, '$1<serial>'],
  [/<<>> DiG \S+ <<>>/g, '<<>> DiG <version> <<>>'],
  [/^[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, 'E<time> '],
  [/(--sport )\d+/g, '$1<port>'],
  [/\[::1\]:8080/g, '127.0.0.1:8080'],
  [/ tentative *$/gm, ''],
  [/\b(Machine ID: +|System UUID: +|machineID: |systemUUID: )[0-9a-f]{32}\b/g, '$1<id>'],
  [/(generateName: \S+)-[bcdfghjklmnpqrstvwxz2456789]{8,10}-$/gm, '$1-<hash>-'],
  [/(\s)\d+(\s+IN\s)/g, '$1<ttl>$2'],
  [/\[\d+:\d+\]/g, '[n:n]'],
  [/@if\d+/g, '@if<n>'],
  [/^\d+: (?=\w+[@:])/gm, '<n>: '],
  [/link-netns(?:id)? \S+/g, 'link-netns <n>'],
  [/(x|:|\b127\.0\.0\.\d+:)(3[3-9]\d{3}|[45]\d{4}|6[0-4]\d{3})\b/g, '$1<port>'],
  [/\b3[0-2]\d{3}\b/g, (whole) => (safePorts.has(whole) ? whole : '<node port>')],
  // widths follow the values
  [/(?<=\S)[ ]{2,}/g, '  '],
  [/\t+/g, ' '],
  [/[ \t]+$/gm, ''],
]

/** The lines that are compared. */
export function normalise(played: Pick<Played, 'output' | 'unordered'>, facts: Facts): string[] {
  let text = played.output
  // how often a slice was written until its Pods were ready depends on who was faster
  if (/^ *kind: EndpointSlice$/m.test(text)) text = text.replace(/^( *generation: )\d+$/gm, '$1<n>')
  for (const [pattern, replacement] of [...addressRules(facts), ...textRules]) text = text.replace(pattern, replacement as string)
  const lines = text.trimEnd().split('\n')
  return played.unordered ? lines.sort() : lines
}
