// `kubernetes`: the cluster's own names. What it answers is computed in ../cluster-zone.ts.
import { parseLabelSelector } from '../../api/selectors.ts'
import { answerFromZone } from '../cluster-zone.ts'
import { CorefileError, type Dispenser } from '../corefile/dispenser.ts'
import { goInteger } from '../corefile/values.ts'
import { recordTypes, toLabels } from '../message.ts'
import { type DnsRequest, emptyReply, type Handler, type Outcome, replied, type Setup, type Site } from '../plugin.ts'
import type { DnsConfig } from '../view.ts'
import { fallthroughZones, matchZone, zonesFrom } from '../zones.ts'

interface Settings {
  zones: string[]
  config: DnsConfig
  fallthrough: string[]
}
type Test = (labels: Record<string, string>) => boolean

const isReverse = (zone: string): boolean => /(^|\.)(in-addr|ip6)\.arpa\.$/.test(zone)

function selector(words: Dispenser, property: string): Test {
  const text = words.remaining().join(' ')
  if (!text) throw words.argumentError()
  try {
    return parseLabelSelector(text) as Test
  } catch (error) {
    throw new CorefileError(`unable to parse ${property} value: '${text}': ${error instanceof Error ? error.message : error}`)
  }
}

function readSettings(words: Dispenser, { zones: blockZones, environment }: Site): Settings {
  words.next()
  const zones = zonesFrom(words.remaining(), blockZones)
  const primary = zones.find((zone) => !isReverse(zone))
  if (primary === undefined) throw new CorefileError('non-reverse zone name must be used')
  const config: DnsConfig = {
    domain: primary.slice(0, -1),
    ttl: 5,
    serial: environment.serial,
    pods: 'disabled',
    endpointPodNames: false,
    endpoints: true,
    ignoreEmptyServices: false,
    servesNamespace: () => true,
    servesService: () => true,
  }
  const settings: Settings = { zones, config, fallthrough: [] }
  let namespaces: string[] | undefined
  let namespaceTest: Test | undefined
  const bare = () => {
    if (words.remaining().length) throw words.argumentError()
  }
  while (words.nextInBlock()) {
    const property = words.value()
    switch (property) {
      case 'endpoint_pod_names':
        bare()
        config.endpointPodNames = true
        break
      case 'noendpoints':
        bare()
        config.endpoints = false
        break
      case 'pods': {
        const [mode, ...more] = words.remaining()
        if (mode === undefined || more.length) throw words.argumentError()
        if (mode !== 'disabled' && mode !== 'insecure' && mode !== 'verified')
          throw new CorefileError(`wrong value for pods: ${mode},  must be one of: disabled, verified, insecure`)
        config.pods = mode
        break
      }
      case 'namespaces': {
        const names = words.remaining()
        if (names.length === 0) throw words.argumentError()
        namespaces = [...(namespaces ?? []), ...names]
        break
      }
      case 'labels': {
        const test = selector(words, 'label selector')
        config.servesService = ({ metadata }) => test(metadata.labels ?? {})
        break
      }
      case 'namespace_labels':
        namespaceTest = selector(words, 'namespace_label selector')
        break
      case 'fallthrough':
        settings.fallthrough = fallthroughZones(words.remaining())
        break
      case 'ttl': {
        const [text] = words.remaining()
        if (text === undefined) throw words.argumentError()
        config.ttl = goInteger(text)
        if (config.ttl < 0 || config.ttl > 3600) throw words.error(`ttl must be in range [0, 3600]: ${config.ttl}`)
        break
      }
      case 'ignore': {
        const [what] = words.remaining()
        if (what !== 'empty_service') throw new CorefileError(`unable to parse ignore value: '${what ?? ''}'`)
        config.ignoreEmptyServices = true
        break
      }
      // how it reaches the API server: here it is part of the same process
      case 'startup_timeout':
      case 'apiserver_qps':
      case 'apiserver_burst':
      case 'apiserver_max_inflight':
        if (words.remaining().length !== 1) throw words.argumentError()
        break
      default:
        throw words.unknownProperty()
    }
  }
  if (namespaces && namespaceTest) throw words.error('namespaces and namespace_labels cannot both be set')
  config.servesNamespace = ({ metadata }) =>
    namespaces ? namespaces.includes(metadata.name) : namespaceTest ? namespaceTest(metadata.labels ?? {}) : true
  return settings
}

export const kubernetes: Setup = (words, site) => {
  const { zones, config, fallthrough } = readSettings(words, site)

  async function answer(request: DnsRequest, zone: string, next: Handler): Promise<Outcome> {
    const { question } = request
    if (question.type === recordTypes.AXFR || question.type === recordTypes.IXFR) return { rcode: 'REFUSED' }
    const found = answerFromZone(question, toLabels(zone), site.environment.view(), config)
    const ours = { ...emptyReply('NOERROR'), authoritative: true }
    switch (found.kind) {
      case 'records':
        return replied({ ...ours, answers: found.answers, additionals: found.additionals })
      case 'alias': {
        const target = await site.lookup(request, { ...question, name: found.target })
        return replied({ ...ours, answers: [...found.answers, ...target.answers] })
      }
      case 'nodata':
        return replied({ ...ours, authorities: [found.soa] })
      case 'nxdomain':
        if (matchZone(fallthrough, request.name)) return next(request)
        return replied({ ...ours, rcode: 'NXDOMAIN', authorities: [found.soa] })
    }
  }
  return {
    handler: (next) => (request) => {
      const zone = matchZone(zones, request.name)
      return zone === undefined ? next(request) : answer(request, zone, next)
    },
  }
}
