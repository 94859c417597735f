// A request and its answer, free of sockets, so that kubectl over TLS and the lab process over its channel go through the same code.
import { ApiError } from '../store.ts'

export interface User {
  username: string
  groups: string[]
}

export interface ApiCall {
  method: string
  /** decoded path without query */
  path: string
  query: URLSearchParams
  /** lower-case names */
  headers: Record<string, string | undefined>
  body: Buffer
  user: User
  /** aborted when the client goes away */
  signal: AbortSignal
}

/** A body that is written bit by bit: watches and followed logs. */
export interface AnswerSink {
  /** resolves when more may be written */
  write(bytes: string | Buffer): Promise<void> | void
  /** bytes written that the client has not read yet */
  readonly heldBytes: number
  end(): void
  /** Ends it without waiting for the client to read what is held. */
  cut(): void
}

export interface ApiAnswer {
  status: number
  /** an object is sent as JSON, a string as it is */
  body?: unknown
  contentType?: string
  warnings?: string[]
  stream?: (sink: AnswerSink) => Promise<void> | void
}

/** A Status object for a failure, as every Kubernetes client expects it. */
export function statusOf(error: unknown): { status: number; body: Record<string, unknown> } {
  const api =
    error instanceof ApiError
      ? error
      : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`)
  const { name, group, kind, causes } = api.details ?? {}
  const details = { ...(name ? { name } : {}), ...(group ? { group } : {}), ...(kind ? { kind } : {}), ...(causes ? { causes } : {}) }
  return {
    status: api.status,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: api.message,
      reason: api.reason,
      ...(Object.keys(details).length > 0 ? { details } : {}),
      code: api.status,
    },
  }
}

/** The Status of a deletion that left nothing. */
export const successStatus = (details: Record<string, unknown>) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
})

export const notServed = () => new ApiError(404, 'NotFound', 'the server could not find the requested resource')
export const wrongMethod = () => new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')

export const flag = (query: URLSearchParams, name: string): boolean => ['true', '1', ''].includes(query.get(name) ?? 'false')

/** A whole number of the query; undefined when absent. Throws BadRequest. */
export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^-?\d+$/.test(text)) throw new ApiError(400, 'BadRequest', `invalid value for ${name}: "${text}" is not a whole number`)
  return Number(text)
}

/** dryRun=All; anything else is refused as upstream does. */
export function isDryRun(query: URLSearchParams): boolean {
  const modes = query.getAll('dryRun').filter(Boolean)
  for (const mode of modes) {
    if (mode !== 'All')
      throw new ApiError(422, 'Invalid', ` "" is invalid: dryRun: Unsupported value: ${JSON.stringify(mode)}: supported values: "All"`)
  }
  return modes.length > 0
}
