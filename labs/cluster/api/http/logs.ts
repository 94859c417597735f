// GET pods/…/log: text, whole or followed.
import { groupResource } from '../resources/resource.ts'
import { ApiError, type KubeObject } from '../store.ts'
import type { ApiContext } from './api.ts'
import { type AnswerSink, type ApiAnswer, type ApiCall, flag, numberOf } from './call.ts'
import type { Route } from './route.ts'

const patienceMs = 50

/** The container a request means; throws BadRequest in upstream's words when it is unclear or unknown. */
export function containerOf(pod: KubeObject, asked: string | null): string {
  const { metadata, spec } = pod
  const names: string[] = spec.containers.map((c: { name: string }) => c.name)
  const others: string[] = (spec.initContainers ?? []).map((c: { name: string }) => c.name)
  if (asked) {
    if ([...names, ...others].includes(asked)) return asked
    throw new ApiError(400, 'BadRequest', `container ${asked} is not valid for pod ${metadata.name}`)
  }
  const preferred = metadata.annotations?.['kubectl.kubernetes.io/default-container']
  if (preferred && names.includes(preferred)) return preferred
  if (names.length === 1) return names[0] as string
  const choices = `choose one of: [${names.join(' ')}]${others.length ? ` or one of the init containers: [${others.join(' ')}]` : ''}`
  throw new ApiError(400, 'BadRequest', `a container name must be specified for pod ${metadata.name}, ${choices}`)
}

export function podOf({ store }: ApiContext, { definition: d, namespace, name = '' }: Route): KubeObject {
  const pod = store.get('pods', namespace, name)
  if (!pod) throw new ApiError(404, 'NotFound', `${groupResource(d)} "${name}" not found`, { name, kind: d.resource })
  return pod
}

export async function podLog(context: ApiContext, route: Route, call: ApiCall): Promise<ApiAnswer> {
  const { query } = call
  const pod = podOf(context, route)
  const container = containerOf(pod, query.get('container'))
  // nobody keeps logs of a pod that is nowhere
  if (!pod.spec.nodeName) return { status: 200, contentType: 'text/plain', body: '' }
  const tailLines = numberOf(query, 'tailLines')
  if (tailLines !== undefined && tailLines < 0) throw invalidOption('tailLines', tailLines, 'must be greater than or equal to 0')
  const limitBytes = numberOf(query, 'limitBytes')
  if (limitBytes !== undefined && limitBytes < 1) throw invalidOption('limitBytes', limitBytes, 'must be greater than 0')
  const seconds = numberOf(query, 'sinceSeconds')
  const time = query.get('sinceTime')
  const sinceMs = seconds !== undefined ? context.clock.now() - seconds * 1000 : time ? Date.parse(time) : undefined
  const abort = new AbortController()
  const chunks = context.streams
    .logs(
      pod,
      container,
      {
        follow: flag(query, 'follow'),
        previous: flag(query, 'previous'),
        timestamps: flag(query, 'timestamps'),
        ...(tailLines !== undefined ? { tailLines } : {}),
        ...(sinceMs !== undefined ? { sinceMs } : {}),
      },
      AbortSignal.any([abort.signal, call.signal]),
    )
    [Symbol.asyncIterator]()
  // The first read tells whether there is a log at all, while a Status can still be sent; a quiet container must not hold the headers back.
  const first = chunks.next()
  const soon = new AbortController()
  await Promise.race([first, context.clock.sleep(patienceMs, soon.signal).catch(() => {})]).finally(() => soon.abort())
  first.catch(() => {}) // the stream below awaits it again
  async function stream(sink: AnswerSink): Promise<void> {
    let left = limitBytes ?? Number.POSITIVE_INFINITY
    try {
      for (let next = await first; !next.done && left > 0 && !call.signal.aborted; next = await chunks.next()) {
        const bytes = next.value.subarray(0, Math.min(next.value.length, left))
        left -= bytes.length
        await sink.write(bytes)
      }
    } catch (error) {
      // Too late for a Status: upstream, too, tells the reader in the text.
      if (!call.signal.aborted) await sink.write(`${error instanceof Error ? error.message : String(error)}\n`)
    } finally {
      abort.abort()
      await chunks.return?.()
      sink.end()
    }
  }
  return { status: 200, contentType: 'text/plain', stream }
}

function invalidOption(field: string, value: number, why: string): ApiError {
  return new ApiError(422, 'Invalid', `PodLogOptions "" is invalid: ${field}: Invalid value: ${value}: ${why}`, {
    kind: 'PodLogOptions',
    causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${why}`, field }],
  })
}
