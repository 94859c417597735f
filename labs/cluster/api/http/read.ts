// get, list and watch.
import { apiVersionOf, groupResource } from '../resources/resource.ts'
import { parseFieldSelector, parseLabelSelector } from '../selectors.ts'
import { ApiError, type KubeObject, type WatchEvent } from '../store.ts'
import type { ApiContext } from './api.ts'
import { type AnswerSink, type ApiAnswer, type ApiCall, flag, numberOf, statusOf } from './call.ts'
import type { Route } from './route.ts'
import { includeObjectOf, tableOf, wantsTable } from './table.ts'

export function getObject({ store, clock }: ApiContext, { definition: d, namespace, name = '' }: Route, call: ApiCall): ApiAnswer {
  const object = store.get(d.resource, namespace, name)
  if (!object) throw new ApiError(404, 'NotFound', `${groupResource(d)} "${name}" not found`, { name, group: d.group, kind: d.resource })
  const body = wantsTable(call.headers.accept)
    ? tableOf(d, [object], { resourceVersion: object.metadata.resourceVersion }, includeObjectOf(call.query), clock.now())
    : object
  return { status: 200, body }
}

export function listObjects({ store, clock }: ApiContext, { definition: d, namespace }: Route, call: ApiCall): ApiAnswer {
  const { query } = call
  const limit = numberOf(query, 'limit') ?? 0
  const [wanted, current] = [versionOf(query), store.resourceVersion]
  if (Number(wanted) > Number(current)) throw new ApiError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`)
  const all = selectObjects(store.list(d.resource, namespace ? { namespace } : {}), call, d.fields ?? {})
  const after = query.get('continue') ? readContinue(query.get('continue') as string) : undefined
  const start = after === undefined ? 0 : all.findIndex((o) => keyOf(o) > after)
  const page = start < 0 ? [] : limit > 0 ? all.slice(start, start + limit) : all.slice(start)
  const rest = start < 0 ? 0 : all.length - start - page.length
  const metadata: Record<string, unknown> = { resourceVersion: store.resourceVersion }
  if (rest > 0) {
    metadata.continue = Buffer.from(
      JSON.stringify({ v: 'meta.k8s.io/v1', rv: Number(store.resourceVersion), start: keyOf(page.at(-1) as KubeObject) }),
    ).toString('base64url')
    metadata.remainingItemCount = rest
  }
  if (wantsTable(call.headers.accept)) return { status: 200, body: tableOf(d, page, metadata, includeObjectOf(query), clock.now()) }
  return {
    status: 200,
    body: {
      kind: `${d.kind}List`,
      apiVersion: apiVersionOf(d),
      metadata,
      items: page.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
    },
  }
}

/** The query's resourceVersion, '' without one. Throws BadRequest, in upstream's words, for what is no version. */
function versionOf(query: URLSearchParams): string {
  const version = query.get('resourceVersion') ?? ''
  if (!/^\d*$/.test(version))
    throw new ApiError(400, 'BadRequest', `Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`)
  return version
}

const keyOf = (o: KubeObject): string => (o.metadata.namespace ? `${o.metadata.namespace}/${o.metadata.name}` : o.metadata.name)

function readContinue(token: string): string {
  try {
    const { start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (typeof start === 'string') return start
  } catch {
    // falls through to the one answer for a token that is not ours
  }
  throw new ApiError(400, 'BadRequest', 'continue key is not valid: it was not made by this server')
}

type Fields = Record<string, (o: KubeObject) => string>

/** Filters by the query's selectors; throws BadRequest, to which kubectl adds what it was looking for. */
function selectObjects(objects: KubeObject[], call: ApiCall, fields: Fields): KubeObject[] {
  const matches = selectorOf(call, fields)
  return matches ? objects.filter(matches) : objects
}

function selectorOf({ query }: ApiCall, fields: Fields): ((o: KubeObject) => boolean) | undefined {
  const [labelText, fieldText] = [query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '']
  if (!labelText && !fieldText) return undefined
  const labels = parseLabelSelector(labelText)
  const byField = parseFieldSelector(fieldText, fields)
  return (o) => labels(o.metadata.labels) && byField(o)
}

const bookmarkMs = 30_000
const longestWatchMs = 10 * 60_000
/** What a client that does not read may make us hold; then its watch ends, as upstream's does, and it lists again. */
const mostHeldBytes = 32 << 20

/** A watch, with or without the list before it (sendInitialEvents, or no resourceVersion). */
export function watchObjects({ store, clock }: ApiContext, { definition: d, namespace, name }: Route, call: ApiCall): ApiAnswer {
  const { query } = call
  const selected = selectorOf(call, d.fields ?? {})
  const matches = (o: KubeObject): boolean =>
    (!namespace || o.metadata.namespace === namespace) && (!name || o.metadata.name === name) && (!selected || selected(o))
  const include = includeObjectOf(query)
  const asTable = wantsTable(call.headers.accept)
  const present = (o: KubeObject) => (asTable ? tableOf(d, [o], { resourceVersion: o.metadata.resourceVersion }, include, clock.now()) : o)
  const version = versionOf(query)
  const initial = query.get('sendInitialEvents') === null ? version === '' || version === '0' : flag(query, 'sendInitialEvents')
  const bookmarks = flag(query, 'allowWatchBookmarks')
  const limitMs = Math.min((numberOf(query, 'timeoutSeconds') ?? longestWatchMs / 1000) * 1000, longestWatchMs) || longestWatchMs

  function stream(sink: AnswerSink): void {
    let stop = () => {}
    let ended = false
    let cancelBookmark = () => {}
    let cancelLimit = () => {}
    const end = () => {
      if (ended) return
      ended = true
      stop()
      cancelBookmark()
      cancelLimit()
      call.signal.removeEventListener('abort', end)
      sink.end()
    }
    const send = (type: string, object: unknown) => {
      if (ended) return
      void sink.write(`${JSON.stringify({ type, object })}\n`)
      if (sink.heldBytes <= mostHeldBytes) return
      end()
      sink.cut()
    }
    const bookmark = (annotations?: Record<string, string>) =>
      send(
        'BOOKMARK',
        markAs(
          d.kind,
          apiVersionOf(d),
          { resourceVersion: store.resourceVersion, creationTimestamp: null, ...(annotations ? { annotations } : {}) },
          asTable,
        ),
      )
    const forward = ({ type, object, old }: WatchEvent) => {
      const [is, was] = [type !== 'DELETED' && matches(object), old !== undefined && matches(old)]
      if (type === 'DELETED') {
        if (was || matches(object)) send('DELETED', present(object))
      } else if (is) send(was ? 'MODIFIED' : 'ADDED', present(object))
      // It no longer matches: for this client it is gone.
      else if (was && old)
        send('DELETED', present({ ...old, metadata: { ...old.metadata, resourceVersion: object.metadata.resourceVersion } }))
    }
    try {
      if (initial) {
        stop = store.watch(d.resource, forward)
        if (query.get('sendInitialEvents') !== null && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' })
      } else stop = store.follow(d.resource, version === '' || version === '0' ? store.resourceVersion : version, forward)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      send('ERROR', statusOf(error).body)
      end()
      return
    }
    if (ended) {
      stop() // it ended while it got its first events
      return
    }
    if (bookmarks) {
      const again = () => {
        cancelBookmark = clock.after(bookmarkMs, () => {
          bookmark()
          again()
        })
      }
      again()
    }
    cancelLimit = clock.after(limitMs, end)
    if (call.signal.aborted) end()
    else call.signal.addEventListener('abort', end)
  }
  return { status: 200, contentType: 'application/json', stream }
}

/** A bookmark carries nothing but metadata. */
function markAs(kind: string, apiVersion: string, metadata: Record<string, unknown>, asTable: boolean): unknown {
  if (!asTable) return { kind, apiVersion, metadata }
  const object = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: metadata.resourceVersion },
    columnDefinitions: null,
    rows: [{ cells: [], object }],
  }
}
