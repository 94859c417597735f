// A configuration at work: a Corefile's server blocks as chains of plugins, and the way of a query through them.
import { CorefileError, Dispenser } from './corefile/dispenser.ts'
import { parseCorefile, type ServerBlock } from './corefile/parser.ts'
import { directiveNames, directives } from './directives.ts'
import { type DnsReply, encodeError, encodeQuery, encodeReply, readQuestion } from './message.ts'
import {
  type DnsEnvironment,
  type DnsRequest,
  type Endpoint,
  emptyReply,
  type Handler,
  noNext,
  type Parts,
  replyOf,
  type Site,
  type Transport,
  withQuestion,
} from './plugin.ts'
import { matchZone, nameText, splitZone } from './zones.ts'

export interface DnsServer {
  /** what is printed at the start: zone and port, one a line */
  zones: string[]
  ports: number[]
  endpoints: Endpoint[]
  lameduckMs: number
  /** undefined: no `reload` */
  reloadMs: number | undefined
  start(): void
  stop(): void
  /** Undefined for what CoreDNS drops without a word. */
  answer(query: Uint8Array, transport: Transport, client: DnsRequest['client'], port: number): Promise<Uint8Array | undefined>
}

const defaultPort = 53
/** as often as CoreDNS lets a server ask itself */
const deepest = 7

/** The zones of a server block with their ports; a block may have several, which share its plugins. */
function sites({ keys }: ServerBlock): { zone: string; port: number }[] {
  return keys.flatMap((key) => {
    const [, scheme, rest = key] = /^([a-z0-9]+):\/\/(.*)$/.exec(key) ?? []
    if (scheme !== undefined && scheme !== 'dns') throw new CorefileError(`${scheme}:// is not available in this lab: ${key}`)
    const { zones, port = defaultPort } = splitZone(rest)
    return zones.map((zone) => ({ zone, port }))
  })
}

/** Reads a Corefile and sets its plugins up. Throws CorefileError. */
export async function createDnsServer(
  text: string,
  file: string,
  environment: DnsEnvironment,
  variables: Readonly<Record<string, string>> = {},
): Promise<DnsServer> {
  const blocks = parseCorefile(text, file, { environment: variables, known: directiveNames }).map((block) => ({
    ...block,
    sites: sites(block),
  }))
  const chains = new Map<string, Handler | undefined>()
  const keyOf = (zone: string, port: number) => `${zone}:${port}`
  const all: Parts[] = []

  async function reply(request: DnsRequest, port: number): Promise<DnsReply> {
    if (request.depth > deepest) return emptyReply('SERVFAIL')
    const zone = matchZone(zonesOf(port), request.name)
    const handler = zone === undefined ? undefined : chains.get(keyOf(zone, port))
    return handler ? replyOf(await handler(request)) : emptyReply('REFUSED')
  }
  const zonesOf = (port: number) => blocks.flatMap(({ sites }) => sites.filter((site) => site.port === port).map(({ zone }) => zone))

  function siteOf(plugin: string, zones: string[], port: number): Site {
    return {
      zones,
      port,
      environment,
      say: (level, line) => environment.log(`[${level}] plugin/${plugin}: ${line}`),
      lookup: (request, question) =>
        reply({ ...withQuestion(request, question), size: encodeQuery(question).length, depth: request.depth + 1 }, port),
    }
  }
  const links = blocks.map((): { name: string; wrap: NonNullable<Parts['handler']> }[] => [])
  for (const [name, setUp] of directives) {
    for (const [i, block] of blocks.entries()) {
      const words = block.directives.get(name)
      if (!words) continue
      const zones = block.sites.map(({ zone }) => zone)
      try {
        const parts = await setUp(new Dispenser(file, [...words]), siteOf(name, zones, block.sites[0]?.port ?? defaultPort))
        all.push(parts)
        if (parts.handler) links[i]?.push({ name, wrap: parts.handler })
      } catch (error) {
        if (error instanceof CorefileError) throw new CorefileError(`plugin/${name}: ${error.message}`)
        throw error
      }
    }
  }
  for (const [i, block] of blocks.entries()) {
    const chain = links[i] ?? []
    const handler = chain.reduceRight<Handler | undefined>((next, { name, wrap }) => wrap(next ?? noNext(name)), undefined)
    for (const { zone, port } of block.sites) {
      if (chains.has(keyOf(zone, port))) throw new CorefileError(`cannot serve dns://${keyOf(zone, port)} - it is already defined`)
      chains.set(keyOf(zone, port), handler)
    }
  }

  const endpoints = all.flatMap(({ endpoint }) => endpoint ?? [])
  const ports = [...new Set(blocks.flatMap(({ sites }) => sites.map(({ port }) => port)))]
  return {
    zones: [...chains.keys()].sort(),
    ports,
    endpoints,
    lameduckMs: Math.max(0, ...all.map(({ lameduckMs = 0 }) => lameduckMs)),
    reloadMs: all.find(({ reloadMs }) => reloadMs !== undefined)?.reloadMs,
    start: () => {
      for (const parts of all) parts.start?.()
    },
    stop: () => {
      for (const parts of all) parts.stop?.()
    },
    async answer(query, transport, client, port) {
      const question = readQuestion(query)
      if (question === undefined) return undefined
      if (typeof question === 'string') return encodeError(query, question)
      if (question.class !== 1) return encodeReply(question, emptyReply('REFUSED'), transport)
      if (question.edns && question.edns.version !== 0) return encodeReply(question, emptyReply('NOERROR'), transport, 1)
      const request = { question, name: nameText(question.name).toLowerCase(), transport, client, size: query.length, depth: 0 }
      return encodeReply(question, await reply(request, port), transport)
    },
  }
}
