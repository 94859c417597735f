// Types the transcript into a cluster and records what comes back, raw, with the facts that normalising it needs. Used by main.ts.
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '../../labs/runtimes/runtime.ts'
import { formatTarget, parseTarget } from '../../labs/spec/target.ts'
import { type Command, type Section, titleOf } from './transcript.ts'

export interface Facts {
  /** addresses of nodes and hosts on the network between them, by target */
  addresses: Record<string, string>
  /** podCIDR by node */
  podCidrs: Record<string, string>
  kubernetes: string
}
export interface Played {
  section: string
  on: string
  run: string
  unordered: boolean
  /** stdout and stderr as a terminal would have mixed them, with the exit code at its end when that is not 0 */
  output: string
}
export interface Recording {
  runtime: string
  facts: Facts
  played: Played[]
  /** what prepares the commands and did not end well: what follows it is worth little */
  troubles: string[]
}

/** Both streams are one, so that their order is the program's own. */
async function type(cluster: Cluster, facts: Facts, { on, run, timeoutMs }: Command): Promise<{ output: string; code: number }> {
  const script = await fillIn(cluster, facts, run)
  const process = await cluster.spawn(parseTarget(on), ['bash', '-lc', `exec 2>&1\n${script}`])
  const chunks: Buffer[] = []
  const take = (bytes: Buffer) => {
    chunks.push(bytes)
    process.ack(bytes.length)
  }
  process.onStdout(take)
  process.onStderr(take)
  process.end()
  const late = new AbortController()
  const code = await Promise.race([process.exited, delay(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined)])
  late.abort()
  if (code === undefined) process.kill('SIGKILL')
  return { output: Buffer.concat(chunks).toString('utf8'), code: code ?? (await process.exited) }
}

/** `{{worker}}`, `{{gateway}}`, `{{pod shop/web}}` (or how the Pod's name begins) and `{{service shop/web}}` stand for addresses. */
async function fillIn(cluster: Cluster, facts: Facts, run: string): Promise<string> {
  const words = new Set([...run.matchAll(/\{\{([^{}]+)\}\}/g)].map(([, word]) => word as string))
  let script = run
  for (const word of words) script = script.replaceAll(`{{${word}}}`, await addressOf(cluster, facts, word))
  return script
}

async function addressOf(cluster: Cluster, facts: Facts, word: string): Promise<string> {
  const known = word === 'gateway' ? `${lanOf(facts)}.0.1` : facts.addresses[word]
  if (known) return known
  const [, kind, namespace, name] = /^(pod|service) ([^/]+)\/(.+)$/.exec(word) ?? []
  const { body } = await cluster.api({ method: 'GET', path: `/api/v1/namespaces/${namespace}/${kind}s` })
  const { items = [] } = body as { items?: { metadata: { name: string }; status: { podIP?: string }; spec: { clusterIP?: string } }[] }
  const object = items.find(({ metadata }) => metadata.name === name) ?? items.find(({ metadata }) => metadata.name.startsWith(`${name}-`))
  const address = kind === 'pod' ? object?.status.podIP : object?.spec.clusterIP
  if (!address) throw new Error(`There is no address of ${word}.`)
  return address
}

/** The first two numbers of the addresses on the network of nodes and hosts, a /16 on both runtimes. */
export const lanOf = ({ addresses }: Facts): string => (addresses['control-plane'] ?? '').split('.').slice(0, 2).join('.')

async function readFacts(cluster: Cluster): Promise<Facts> {
  const places = await cluster.places()
  const ask = async (path: string) => (await cluster.api({ method: 'GET', path })).body
  const nodes = (await ask('/api/v1/nodes')) as { items: { metadata: { name: string }; spec: { podCIDR: string } }[] }
  // embedded's comes as text
  const said = await ask('/version')
  const version = (typeof said === 'string' ? JSON.parse(said) : said) as { gitVersion: string }
  return {
    addresses: Object.fromEntries(
      places.flatMap(({ target, address }) =>
        target.kind === 'pod' || !address ? [] : [[formatTarget(target).replace(/^(?:node|host)\//, ''), address]],
      ),
    ),
    podCidrs: Object.fromEntries(nodes.items.map(({ metadata, spec }) => [metadata.name, spec.podCIDR])),
    kubernetes: version.gitVersion,
  }
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

export async function play(
  runtime: string,
  cluster: Cluster,
  sections: readonly Section[],
  onCommand: (title: string, ms: number) => void = () => {},
): Promise<Recording> {
  const facts = await readFacts(cluster)
  const played: Played[] = []
  const troubles: string[] = []
  for (const { name, files, commands } of sections) {
    const written = Object.entries(files).map(([file, text]) => `printf %s ${quote(text)} > ~/${quote(file)}`)
    const writing = { run: written.join('\n'), on: 'laptop', unordered: false, quiet: true, timeoutMs: 10_000 }
    const removing = {
      ...writing,
      run: `rm -f ${Object.keys(files)
        .map((file) => `~/${quote(file)}`)
        .join(' ')} ~/*.log`,
    }
    for (const command of written.length > 0 ? [writing, ...commands, removing] : commands) {
      const started = performance.now()
      const { output, code } = await type(cluster, facts, command).catch((error: Error) => ({ output: `${error.message}\n`, code: -1 }))
      onCommand(titleOf(command), performance.now() - started)
      if (command.quiet) {
        if (code !== 0) troubles.push(`${name}: ${titleOf(command)} ended with ${code}: ${output.trim()}`)
        continue
      }
      const { on, run, unordered } = command
      played.push({
        section: name,
        on,
        run,
        unordered,
        output: code === 0 ? output : `${output.replace(/(?<=[^\n])$/, '\n')}[exit code ${code}]\n`,
      })
    }
  }
  return { runtime, facts, played, troubles }
}
