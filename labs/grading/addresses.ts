// Fills `{ip:pod/client}` and its kin with the address that place has now. Called by observation.ts, once a round per place, and by steps.ts; labd
// fills what learners read.
import type { Cluster } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import { placeholder } from '../spec/placeholder.ts'
import type { NetworkProbe } from '../spec/probe.ts'
import { formatTarget, parseTarget, type Target } from '../spec/target.ts'
import { resourcePath } from './resource-path.ts'

/** The targets that a text names. Throws LabError bad-request for a malformed one. */
export function placeholdersIn(text: string): Target[] {
  return [...text.matchAll(placeholder)].map((match) => parseTarget(match[1] as string))
}

export type AddressBook = (target: Target) => Promise<string>

/** Looks addresses up and remembers them; make a new one for each round. Throws LabError target-unknown when a place has none now. */
export function createAddressBook(cluster: Pick<Cluster, 'api' | 'places'>): AddressBook {
  const known = new Map<string, Promise<string>>()
  return (target) => {
    const key = formatTarget(target)
    const found = known.get(key) ?? lookUp(cluster, target)
    known.set(key, found)
    return found
  }
}

async function lookUp(cluster: Pick<Cluster, 'api' | 'places'>, target: Target): Promise<string> {
  const text = formatTarget(target)
  let address: string | undefined
  if (target.kind === 'pod')
    address = podAddress((await get(cluster, resourcePath({ resource: 'pods', namespace: target.namespace, name: target.name }))) as Pod)
  else if (target.kind === 'deploy') address = await deploymentAddress(cluster, target)
  else address = (await cluster.places()).find((place) => formatTarget(place.target) === text)?.address
  if (address) return address
  throw new LabError('target-unknown', `${text} has no address now`)
}

interface Pod {
  metadata?: { name?: string; deletionTimestamp?: string }
  status?: { podIP?: string; conditions?: { type: string; status: string }[] }
}
const podAddress = (pod: Pod | undefined) => pod?.status?.podIP

async function get(cluster: Pick<Cluster, 'api'>, path: string): Promise<unknown> {
  const { status, body } = await cluster.api({ method: 'GET', path })
  return status === 200 ? body : undefined
}

/** The first ready pod of the Deployment, by name. */
async function deploymentAddress(
  cluster: Pick<Cluster, 'api'>,
  { namespace, name }: { namespace: string; name: string },
): Promise<string | undefined> {
  const deployment = (await get(cluster, resourcePath({ resource: 'deployments', namespace, name }))) as
    | { spec?: { selector?: { matchLabels?: Record<string, string> } } }
    | undefined
  const labels = deployment?.spec?.selector?.matchLabels
  if (!labels) return undefined
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  const list = (await get(cluster, resourcePath({ resource: 'pods', namespace, selector }))) as { items?: Pod[] } | undefined
  const ready = (list?.items ?? []).filter(
    (pod) =>
      !pod.metadata?.deletionTimestamp &&
      pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  )
  ready.sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1))
  return podAddress(ready[0])
}

/** A text with every placeholder filled in. */
export async function fillText(text: string, addressOf: AddressBook): Promise<string> {
  const addresses = await Promise.all(placeholdersIn(text).map(addressOf))
  let next = 0
  return text.replace(placeholder, () => addresses[next++] as string)
}

/** The probe with every placeholder filled in; dots of an address are escaped where the text is a regular expression. */
export async function fillAddresses(probe: NetworkProbe, addressOf: AddressBook): Promise<NetworkProbe> {
  const fill = (text: string) => fillText(text, addressOf)
  const inPattern: AddressBook = async (target) => (await addressOf(target)).replaceAll('.', '\\.')
  const fillPattern = async <T extends { bodyMatches?: string | undefined }>(part: T) =>
    part.bodyMatches === undefined ? part : { ...part, bodyMatches: await fillText(part.bodyMatches, inPattern) }
  if ('http' in probe) return { ...probe, http: await fillPattern({ ...probe.http, url: await fill(probe.http.url) }) }
  if ('tcp' in probe) return { ...probe, tcp: { ...probe.tcp, host: await fill(probe.tcp.host) } }
  if ('udp' in probe) return { ...probe, udp: await fillPattern({ ...probe.udp, host: await fill(probe.udp.host) }) }
  if ('ping' in probe) return { ...probe, ping: { ...probe.ping, host: await fill(probe.ping.host) } }
  const { server, answers } = probe.dns
  return {
    ...probe,
    dns: {
      ...probe.dns,
      ...(server === undefined ? {} : { server: await fill(server) }),
      ...(answers === undefined ? {} : { answers: await Promise.all(answers.map((answer) => fill(answer))) }),
    },
  }
}
