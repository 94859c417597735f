// Reads request bodies: JSON, YAML (server-side apply) and protobuf; checks that they are of the kind the path says.
import type { Json } from '../json-value.ts'
import { resourceOfKind } from '../resources/registry.ts'
import { apiVersionOf, type ResourceDefinition } from '../resources/resource.ts'
import { judgeUnknownFields, pruneUnknownFields, TypeMismatch } from '../schema/field-check.ts'
import { decodeProtobuf, isProtobuf } from '../schema/protobuf.ts'
import { ApiError } from '../store.ts'
import type { ApiCall } from './call.ts'

/** Kinds that are not stored but are sent: reviews, options, subresources. */
const otherTypes: Record<string, string> = {
  'authorization.k8s.io/v1 SelfSubjectAccessReview': 'authorization.v1.SelfSubjectAccessReview',
  'authentication.k8s.io/v1 SelfSubjectReview': 'authentication.v1.SelfSubjectReview',
  'authentication.k8s.io/v1 TokenRequest': 'authentication.v1.TokenRequest',
  'policy/v1 Eviction': 'policy.v1.Eviction',
  'autoscaling/v1 Scale': 'autoscaling.v1.Scale',
  'v1 Binding': 'core.v1.Binding',
}

export function typeFor(apiVersion: string, kind: string): string | undefined {
  if (kind === 'DeleteOptions') return 'meta.v1.DeleteOptions'
  const slash = apiVersion.indexOf('/')
  const definition = resourceOfKind(slash < 0 ? '' : apiVersion.slice(0, slash), kind)
  return definition && apiVersionOf(definition) === apiVersion ? definition.type : otherTypes[`${apiVersion} ${kind}`]
}

const maxBodyBytes = 3 << 20
const tooLarge = () => new ApiError(413, 'BadRequest', 'Request entity too large: limit is 3145728')

/** The body as JSON, whatever it was sent as; undefined when there is none. Throws BadRequest, UnsupportedMediaType. */
export function readBody({ body, headers }: ApiCall): Json {
  if (body.length === 0) return undefined
  if (body.length > maxBodyBytes) throw tooLarge()
  const type = (headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? ''
  if (isProtobuf(body)) return decodeProtobuf(body, typeFor)
  if (!/^application\/([\w.-]+\+)?json$|^\*\/\*$|^text\/plain$/.test(type)) {
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    )
  }
  return parseJson(body)
}

export function parseJson(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new ApiError(400, 'BadRequest', `the object provided is unrecognized (must be of type JSON): ${(error as Error).message}`)
  }
}

/** An apply configuration: kubectl sends JSON, other clients YAML. */
export async function parseYaml(body: Buffer): Promise<Json> {
  const text = body.toString('utf8')
  if (text.trimStart().startsWith('{')) return parseJson(body)
  const { parse } = await import('yaml')
  try {
    return parse(text)
  } catch (error) {
    throw new ApiError(400, 'BadRequest', `error decoding YAML: ${(error as Error).message}`)
  }
}

/**
 * Checks kind and fields of an object for a resource and drops unknown fields. Returns warnings; throws BadRequest on strict validation, a wrong type or
 * a kind that does not belong to the path.
 */
export function checkObject(object: Json, d: ResourceDefinition, fieldValidation: string): string[] {
  const [version, kind] = [apiVersionOf(d), d.kind]
  if (object === null || typeof object !== 'object' || Array.isArray(object))
    throw new ApiError(400, 'BadRequest', 'the object provided is unrecognized (must be of type JSON)')
  object.apiVersion ??= version
  object.kind ??= kind
  if (object.kind !== kind)
    throw new ApiError(
      400,
      'BadRequest',
      `${object.kind} in version "${object.apiVersion}" cannot be handled as a ${kind}: no kind "${object.kind}" is registered for the expected ${kind}`,
    )
  if (object.apiVersion !== version)
    throw new ApiError(
      400,
      'BadRequest',
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${version})`,
    )
  try {
    return judgeUnknownFields(pruneUnknownFields(object, d.type), fieldValidation, kind, d.version)
  } catch (error) {
    if (error instanceof TypeMismatch)
      throw new ApiError(400, 'BadRequest', `${kind} in version "${d.version}" cannot be handled as a ${kind}: ${error.message}`)
    throw error
  }
}

/** Strict, Warn (upstream's default) or Ignore. */
export function validationMode(query: URLSearchParams): string {
  const mode = query.get('fieldValidation') || 'Warn'
  if (!['Strict', 'Warn', 'Ignore'].includes(mode)) {
    throw new ApiError(
      422,
      'Invalid',
      ` "" is invalid: fieldValidation: Unsupported value: ${JSON.stringify(mode)}: supported values: "Ignore", "Strict", "Warn"`,
    )
  }
  return mode
}
